export type { components, paths } from './generated/api.ts';
