import { en } from './en.ts';
import type { Texts } from './en.ts';
export const zhTw: Texts = en;
