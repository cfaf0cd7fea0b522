// Lets each client create, read, search and page Communications, and read what it was refused.
// node fhir-clients.mjs BASE RECIPIENT, token in WARDLINE_TOKEN; prints a line of JSON for each client.
import { MedplumClient, OperationOutcomeError } from '@medplum/core';
import { Client as FhirClient } from 'fhir-kit-client';

const [base, recipient] = process.argv.slice(2);
const token = process.env.WARDLINE_TOKEN;
const draft = (name, i) => ({
  resourceType: 'Communication',
  status: 'in-progress',
  identifier: [{ system: 'urn:peer', value: `${name}-${i}` }],
  topic: { text: name },
  recipient: [{ reference: recipient }],
  payload: [{ contentString: `${name} ${i}` }],
});
const total = 5;

async function withFhirKit() {
  const client = new FhirClient({ baseUrl: base, customHeaders: { Authorization: `Bearer ${token}` } });
  const made = [];
  for (let i = 0; i < total; i++) {
    made.push(await client.create({ resourceType: 'Communication', body: draft('fhir-kit-client', i), options: { headers: { Prefer: 'return=representation' } } }));
  }
  const read = await client.read({ resourceType: 'Communication', id: made[0].id });
  let page = await client.search({ resourceType: 'Communication', searchParams: { recipient, topic: 'fhir-kit-client', _count: 2 } });
  let pages = 0;
  const found = new Set();
  while (page) {
    pages++;
    (page.entry ?? []).forEach((entry) => found.add(entry.resource.id));
    page = await client.nextPage({ bundle: page });
  }
  const capability = await client.capabilityStatement();
  let refused = '';
  try {
    await client.create({ resourceType: 'Communication', body: { resourceType: 'Communication', status: 'in-progress' } });
  } catch (error) {
    refused = error.response.data.issue[0].diagnostics;
  }
  return { read: read.payload[0].contentString, pages, found: made.filter((m) => found.has(m.id)).length, capability: capability.fhirVersion, refused };
}

async function withMedplum() {
  const client = new MedplumClient({ baseUrl: base, fhirUrlPath: '', fetch, cacheTime: 0 });
  client.setAccessToken(token);
  const made = [];
  for (let i = 0; i < total; i++) {
    made.push(await client.createResource(draft('medplum', i), { headers: { Prefer: 'return=representation' } }));
  }
  const read = await client.readResource('Communication', made[0].id);
  let pages = 0;
  const found = new Set();
  for await (const page of client.searchResourcePages('Communication', { recipient, topic: 'medplum', _count: 2 })) {
    pages++;
    page.forEach((resource) => found.add(resource.id));
  }
  let refused = '';
  try {
    await client.createResource({ resourceType: 'Communication', status: 'in-progress' });
  } catch (error) {
    refused = error instanceof OperationOutcomeError ? error.outcome.issue[0].diagnostics : String(error);
  }
  return { read: read.payload[0].contentString, pages, found: made.filter((m) => found.has(m.id)).length, refused };
}

for (const [name, run] of Object.entries({ 'fhir-kit-client': withFhirKit, medplum: withMedplum })) {
  console.log(JSON.stringify({ name, ...(await run()) }));
}
process.exit(0);
