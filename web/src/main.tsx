import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('expected an element with the id "page" in the document, found none');
createRoot(place).render(<App />);
