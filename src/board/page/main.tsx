import { h, render } from 'preact';
import { Board } from './board.tsx';
import { followLinks } from './place/place.ts';

followLinks();
render(<Board />, document.getElementById('board')!);
