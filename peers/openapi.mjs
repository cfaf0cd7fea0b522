// Says whether the server's OpenAPI description is sound: one line [valid, errors].
import { Validator } from '@seriousme/openapi-schema-validator';

const [address] = process.argv.slice(2);
const answer = await fetch(address, { signal: AbortSignal.timeout(20_000) });
const result = await new Validator().validate(await answer.json());
console.log(JSON.stringify([result.valid, result.errors ?? null]));
