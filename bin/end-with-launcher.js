/**
 * Ends a server whose launcher has gone without being able to say so: an older Node that stands before us
 * (newer-node.js), or npm, whose shell dies of a signal that was meant for the server. To the server it looks as
 * if the signal had reached it.
 */
'use strict';

const LOOK_EVERY_MS = 250;

exports.endWithLauncher = function endWithLauncher() {
  const end = () => process.kill(process.pid, 'SIGTERM');
  if (process.channel) {
    process.channel.unref();
    process.once('disconnect', end);
  }
  // Not without npm: who starts a server in the background of a shell and leaves the shell means it to go on.
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const launcher = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(look);
    end();
  }, LOOK_EVERY_MS);
  look.unref();
};
