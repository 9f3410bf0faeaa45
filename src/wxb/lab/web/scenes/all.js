// The scenes in their order. Who builds one adds it here.

export const SCENES = [];
