// better-auth with its API-key plugin, as its documentation sets them up: node better-auth.mjs ADAPTER PORT FILE
//
// ADAPTER is `sqlite` or `memory`. The key that is good goes into FILE. Verifying has no route of its own there, so this
// server gives it one.

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";

const [adapter, port, file] = process.argv.slice(2);

async function database() {
  if (adapter === "sqlite") {
    const { default: Database } = await import("better-sqlite3");
    return new Database(file + ".db");
  }
  const { memoryAdapter } = await import("better-auth/adapters/memory");
  return memoryAdapter({ user: [], session: [], account: [], verification: [], apikey: [] });
}

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: "of this benchmark, which keeps none",
  database: await database(),
  emailAndPassword: { enabled: true },
  // By default a key is good for ten requests a day.
  plugins: [apiKey({ rateLimit: { enabled: false } })],
});
if (adapter === "sqlite") {
  const { getMigrations } = await import("better-auth/db/migration");
  await (await getMigrations(auth.options)).runMigrations();
}
const body = { name: "alice", email: "alice@example.com", password: "correct horse" };
const { user } = await auth.api.signUpEmail({ body });
const { key } = await auth.api.createApiKey({ body: { name: "bench", userId: user.id } });

createServer(async (request, response) => {
  const { valid } = await auth.api.verifyApiKey({ body: { key: request.headers["x-api-key"] } });
  response.writeHead(valid ? 200 : 401).end();
}).listen(Number(port), "127.0.0.1", () => writeFileSync(file, key + "\n"));
