// The router writes its settings into the page; without them (a static preview) the usual addresses are assumed.
export function readConfig(document) {
  const given = JSON.parse(document.getElementById("clipgraph-config").textContent || "{}");
  return { graphqlUrl: given.graphqlUrl || "/graphql", realtimeUrl: given.realtimeUrl || "" };
}
