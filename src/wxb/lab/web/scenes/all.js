// The scenes in their order. Who builds one adds it here.
import { sceneFive } from "./five.js";
import { sceneFour } from "./four.js";
import { sceneOne } from "./one.js";
import { sceneTen } from "./ten.js";
import { sceneThree } from "./three.js";
import { sceneTwo } from "./two.js";

export const SCENES = [sceneOne, sceneTwo, sceneThree, sceneFour, sceneFive, sceneTen];
