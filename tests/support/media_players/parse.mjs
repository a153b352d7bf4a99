// Reads {"hls": [playlists], "dash": manifest} from stdin; prints what hls-parser and mpd-parser make of them.
import { readFileSync } from "node:fs";
import HLS from "hls-parser";
import { parse as parseDash } from "mpd-parser";

const given = JSON.parse(readFileSync(0, "utf8"));
const complaints = [];
HLS.setOptions({ strictMode: true });

const variant = (each) => ({
  uri: each.uri,
  codecs: each.codecs,
  bandwidth: each.bandwidth,
  size: [each.resolution.width, each.resolution.height],
  audio: each.audio.map((sound) => sound.uri),
});
const segment = (each) => ({ uri: each.uri, duration: each.duration, map: each.map?.uri });
const playlist = (text) => {
  const parsed = HLS.parse(text);
  return parsed.isMasterPlaylist ? parsed.variants.map(variant) : parsed.segments.map(segment);
};

const manifestUri = "https://cdn.example/v/1/manifest.mpd";
const dash = parseDash(given.dash, { manifestUri, eventHandler: (event) => complaints.push(event) });
const representation = (each) => ({
  name: each.attributes.NAME,
  codecs: each.attributes.CODECS,
  bandwidth: each.attributes.BANDWIDTH,
  size: Object.values(each.attributes.RESOLUTION ?? {}),
  segments: each.segments.map((part) => ({ uri: part.resolvedUri, duration: part.duration, map: part.map.resolvedUri })),
});
const sounds = Object.values(dash.mediaGroups.AUDIO.audio ?? {}).flatMap((each) => each.playlists);
process.stdout.write(
  JSON.stringify({
    hls: given.hls.map(playlist),
    dash: { duration: dash.duration, pictures: dash.playlists.map(representation), sounds: sounds.map(representation) },
    complaints,
  }),
);
