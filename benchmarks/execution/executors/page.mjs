// The page of benchmarks/execution/page.py by graphql-js and graphql-jit, with dataloader. A line in says what to run
// (`graphql-js 200`, a contender and how many operations), a line out the CPU of one in microseconds; `answer NAME` gives its answer.
import { createInterface } from "node:readline";
import DataLoader from "dataloader";
import { buildSchema, execute, parse, validate } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";

const [query, videosText] = process.argv.slice(2);
const first = Number(videosText);

const schema = buildSchema(`
  type User { id: ID! handle: String! displayName: String! isVerified: Boolean! }
  type Counters { views: Int! likes: Int! comments: Int! shares: Int! }
  type ViewerState { hasLiked: Boolean! hasSaved: Boolean! }
  type Video {
    id: ID! title: String! description: String! durationMs: Int! width: Int height: Int
    author: User! counters: Counters! viewerState: ViewerState!
  }
  type Feed { items: [Video!]! hasNextPage: Boolean! }
  type Query { feed(first: Int!): Feed! }
`);

const numbers = [...Array(first).keys()];
const users = numbers.map((n) => ({ id: `usr_${n}`, handle: `user${n}`, displayName: `User ${n}`, isVerified: n % 2 === 0 }));
const counters = numbers.map((n) => ({ views: n * 100, likes: n * 10, comments: n, shares: 1 }));
const states = numbers.map((n) => ({ hasLiked: n % 3 === 0, hasSaved: false }));
const videos = numbers.map((n) => ({
  id: `vid_${n}`,
  number: n,
  title: `Video ${n}`,
  description: "What it is about, in a sentence or two.",
  durationMs: 15000,
  width: 1080,
  height: 1920,
}));

const fields = schema.getType("Video").getFields();
fields.author.resolve = (video, _, context) => context.users.load(video.number);
fields.counters.resolve = (video, _, context) => context.counters.load(video.number);
fields.viewerState.resolve = (video, _, context) => context.states.load(video.number);
schema.getQueryType().getFields().feed.resolve = async (_, { first }) => ({
  items: videos.slice(0, first),
  hasNextPage: true,
});

const from = (values) => new DataLoader(async (keys) => keys.map((key) => values[key]));
const makeContext = () => ({ users: from(users), counters: from(counters), states: from(states) });

const document = parse(query);
const problems = validate(schema, document);
if (problems.length) throw problems[0];
const compiled = compileQuery(schema, document);
if (!isCompiledQuery(compiled)) throw new Error(JSON.stringify(compiled));

const variables = { first };
const contenders = {
  "graphql-js": () => execute({ schema, document, variableValues: variables, contextValue: makeContext() }),
  "graphql-jit": () => compiled.query(undefined, makeContext(), variables),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(" ");
  if (name === "answer") {
    console.log(JSON.stringify(await contenders[count]()));
    continue;
  }
  const run = contenders[name];
  const began = process.cpuUsage();
  for (let number = 0; number < Number(count); number++) await run();
  const { user, system } = process.cpuUsage(began);
  console.log((user + system) / Number(count));
}
