// Listens on a free port of 127.0.0.1 with one of the servers, prints the port, then each message that came as JSON.
// node hl7-server.mjs node-hl7-server | simple-hl7
import net from 'node:net';
import { Server } from 'node-hl7-server';
import simple from 'simple-hl7';

const kind = process.argv[2];
// both would listen on all addresses, or tell no port: one patched method for both
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port) {
  return listen.call(this, 0, '127.0.0.1', () => console.log(JSON.stringify({ port: this.address().port })));
};
const came = (text) => console.log(JSON.stringify({ message: text }));

if (kind === 'node-hl7-server') {
  new Server({ bindAddress: '127.0.0.1' }).createInbound({ port: 1 + Math.floor(Math.random() * 60000) }, async (request, response) => {
    came(request.getMessage().toString());
    await response.sendResponse('AA');
  });
} else {
  const app = simple.tcp();
  app.use((request, response, next) => {
    came(request.raw.slice(1, -2));
    next();
  });
  app.use((request, response) => response.end());
  app.use((fault, request, response, next) => {
    console.log(JSON.stringify({ fault: String(fault) }));
    next();
  });
  app.start(1);
}
