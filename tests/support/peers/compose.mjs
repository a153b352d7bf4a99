// Composes as Apollo does: a JSON list of {name, url, sdl} on stdin, {sdl} or {errors} on stdout.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { composeServices } = require("@apollo/composition");
const { parse } = require("graphql");

const services = JSON.parse(readFileSync(0, "utf8"));
const result = composeServices(services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
console.log(
  JSON.stringify(
    result.errors
      ? { errors: result.errors.map(({ message, extensions }) => [extensions.code, message]) }
      : { sdl: result.supergraphSdl, hints: result.hints.map(({ definition, message }) => [definition.code, message]) },
  ),
);
