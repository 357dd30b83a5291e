/** Entry of the page: registers the controls, opens the session, mounts the views. */
import { registerControls } from './controls/toolkit';
import { openSession, reportUncaught } from './session';
import { createAppView } from './views/appView';
import { reportFirstPaint } from './firstPaint';
import { mount } from './mount';

registerControls();
const session = openSession();
reportUncaught(session.door);
const host = document.getElementById('app') ?? document.body;
mount(host, session.store, createAppView(session));
session.actions.connect();
reportFirstPaint(session.store, session.door);
