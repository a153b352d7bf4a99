import { defineConfig } from "vite";

// Everything is built into the page's own files: it loads nothing from elsewhere.
export default defineConfig({
  base: "/",
  build: { outDir: "dist", assetsDir: "assets", chunkSizeWarningLimit: 8000, sourcemap: false },
  worker: { format: "es" },
});
