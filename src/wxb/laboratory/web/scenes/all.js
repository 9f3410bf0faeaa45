// The scenes in their order. Who builds one adds it here.
import { sceneEight } from "./eight.js";
import { sceneFive } from "./five.js";
import { sceneFour } from "./four.js";
import { sceneNine } from "./nine.js";
import { sceneOne } from "./one.js";
import { sceneSeven } from "./seven.js";
import { sceneSix } from "./six.js";
import { sceneTen } from "./ten.js";
import { sceneThree } from "./three.js";
import { sceneTwo } from "./two.js";

export const SCENES = [sceneOne, sceneTwo, sceneThree, sceneFour, sceneFive, sceneSix, sceneSeven, sceneEight, sceneNine, sceneTen];
