import { Laminar } from "laminar-edge";

globalThis.Laminar = Laminar;
