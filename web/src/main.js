import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "./page.css";

import { GraphiQL } from "graphiql";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

import { readConfig } from "./config.js";
import { makeFetcher } from "./fetcher.js";
import { STORY } from "./story.js";

const config = readConfig(document);

createRoot(document.getElementById("page")).render(
  createElement(
    GraphiQL,
    {
      fetcher: makeFetcher(config),
      defaultTabs: STORY,
      defaultEditorToolsVisibility: "variables",
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: true,
    },
    createElement(GraphiQL.Logo, null, "clipgraph"),
  ),
);
