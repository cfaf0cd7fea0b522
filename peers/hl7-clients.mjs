// Sends an ADT^A04 with each client to an MLLP listener and prints, for each, the code and control id of the answer.
// node hl7-clients.mjs HOST PORT [CA PFX]: with files, and the passphrase in WARDLINE_PASSPHRASE, over TLS, which only
// node-hl7-client can.
import { readFileSync } from 'node:fs';
import { Client, Message } from 'node-hl7-client';
import simple from 'simple-hl7';

const [host, port, ca, pfx] = process.argv.slice(2);
const text = (id) =>
  [`MSH|^~\\&|PEER|DEMO|WARDLINE|DEMO|20260601100000+0000||ADT^A04^ADT_A01|${id}|T|2.5.1`, 'EVN|A04|20260601100000', `PID|1||${id}^^^IT^MR||Roe^Peer||19800101|F`].join('\r');

async function withNodeHl7Client() {
  const tls = ca ? { ca: readFileSync(ca), pfx: readFileSync(pfx), passphrase: process.env.WARDLINE_PASSPHRASE } : undefined;
  const client = new Client({ host, ...(tls ? { tls } : {}) });
  return new Promise((resolve, reject) => {
    const connection = client.createConnection({ port: Number(port) }, async (response) => {
      const answer = response.getMessage();
      resolve([answer.get('MSA.1').toString(), answer.get('MSA.2').toString()]);
      void connection.close();
    });
    connection.on('error', reject);
    connection.on('client.error', reject);
    connection.sendMessage(new Message({ text: text('PEER-NODE') })).catch(reject);
  });
}

async function withSimpleHl7() {
  const message = new simple.Parser({ segmentSeperator: '\r' }).parse(text('PEER-SIMPLE'));
  const client = simple.Server.createTcpClient(host, Number(port));
  return new Promise((resolve, reject) => {
    client.send(message, (fault, answer) => {
      if (fault) return reject(fault);
      const msa = answer.getSegment('MSA');
      resolve([String(msa.getField(1)), String(msa.getField(2))]);
      client.close();
    });
  });
}

const clients = ca ? { 'node-hl7-client over TLS': withNodeHl7Client } : { 'node-hl7-client': withNodeHl7Client, 'simple-hl7': withSimpleHl7 };
for (const [name, send] of Object.entries(clients)) {
  console.log(JSON.stringify([name, ...(await send())]));
}
process.exit(0);
