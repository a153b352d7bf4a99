// Each opens a manifest on a video element at its lowest quality, with little buffered ahead, so that a quality chosen
// while it plays is fetched: 0 is the lowest.
const AHEAD_S = 2;
const RATE = 2;

const players = {
  async "hls.js"(video, url, fail) {
    const player = new Hls({ startLevel: 0, maxBufferLength: AHEAD_S, maxMaxBufferLength: AHEAD_S });
    const isSlowness = (data) => !data.fatal && data.details === "bufferStalledError";
    player.on(Hls.Events.ERROR, (_, data) => isSlowness(data) || fail(`${data.type} ${data.details}`));
    const parsed = new Promise((resolve) => player.on(Hls.Events.MANIFEST_PARSED, resolve));
    player.loadSource(url);
    player.attachMedia(video);
    await parsed;
    return { count: player.levels.length, choose: (quality) => (player.loadLevel = quality) };
  },
  async "dash.js"(video, url, fail) {
    const player = dashjs.MediaPlayer().create();
    const buffer = { bufferTimeDefault: AHEAD_S, bufferTimeAtTopQuality: AHEAD_S };
    const abr = { autoSwitchBitrate: { video: false }, initialBitrate: { video: 1 } };
    player.updateSettings({ streaming: { buffer, abr } });
    player.on("error", (event) => fail(event.error.message));
    const ready = new Promise((resolve) => player.on("streamInitialized", resolve));
    player.initialize(video, url, false);
    await ready;
    const choose = (quality) => player.setRepresentationForTypeByIndex("video", quality);
    return { count: player.getRepresentationsByType("video").length, choose };
  },
  async "shaka-player"(video, url, fail) {
    const player = new shaka.Player();
    player.addEventListener("error", (event) => fail(`shaka ${event.detail.code}`));
    const streaming = { bufferingGoal: AHEAD_S, rebufferingGoal: AHEAD_S / 4 };
    player.configure({ abr: { enabled: false, defaultBandwidthEstimate: 1 }, streaming });
    await player.attach(video);
    await player.load(url);
    const tracks = player.getVariantTracks().sort((one, other) => one.height - other.height);
    return { count: tracks.length, choose: (quality) => player.selectVariantTrack(tracks[quality]) };
  },
};

async function play(name, url, deadlineMs) {
  const video = document.body.appendChild(document.createElement("video"));
  const errors = [];
  const heights = [];
  video.muted = true;
  video.defaultPlaybackRate = video.playbackRate = RATE;
  video.addEventListener("resize", () => heights.push(video.videoHeight));
  const player = await players[name](video, url, (error) => errors.push(error));
  const ended = new Promise((resolve) => video.addEventListener("ended", resolve));
  let isSwitched = false;
  video.addEventListener("timeupdate", () => {
    if (!isSwitched && video.currentTime > 0.2) {
      isSwitched = true;
      player.choose(player.count - 1);
    }
  });
  await video.play();
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, deadlineMs))]);
  const parts = (ranges) => [...Array(ranges.length).keys()].map((place) => [ranges.start(place), ranges.end(place)]);
  return {
    errors,
    heights,
    ended: video.ended,
    stoppedAt: video.currentTime,
    duration: video.duration,
    count: player.count,
    buffered: parts(video.buffered),
    played: parts(video.played),
  };
}
