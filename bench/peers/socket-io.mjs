/**
 * The peer of `npm run bench:live`: rooms of Socket.IO, as they are by default. A socket shows a token when it
 * connects and joins the room; what is posted to /tell is emitted to the room.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    if (request.method === 'POST')
      io.to('event').emit('sessionChanged', JSON.parse(Buffer.concat(parts).toString()));
    response.end('ok');
  });
});
const io = new Server(http, { transports: ['websocket'], serveClient: false });
io.use((socket, next) =>
  next(socket.handshake.auth.token === process.env.TOKEN ? undefined : new Error('unauthorized')),
);
io.on('connection', (socket) => socket.join('event'));
http.listen(Number(process.env.PORT), '127.0.0.1');
