// Tabs of a first visit: they tell the story of the platform in the order of its numbers.
const feed = `# 1. What everybody sees. Press ▶.
query ForYou {
  forYouFeed(first: 20) {
    edges {
      node {
        id
        title
        playlistUrl
        author { handle displayName viewerIsFollowing }
        likeCount
        commentCount
        viewerHasLiked
        viewerHasSaved
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const logIn = `# 2. Log in as one of the people of the demo world (password: clipgraph-demo),
#    or open an account with signUp. Put the access token into the Headers tab below:
#    { "authorization": "Bearer …" }
mutation LogIn {
  logIn(input: { login: "mira", password: "clipgraph-demo" }) {
    user { id handle displayName }
    tokens { accessToken accessTokenExpiresAt }
    userErrors { code message }
  }
}
`;

const like = `# 3. Like a video of the first tab (needs the header).
mutation Like($videoId: ID!) {
  likeVideo(input: { videoId: $videoId }) {
    video { id likeCount viewerHasLiked }
    userErrors { code message field }
  }
}
`;

const watch = `# 4. Leave this running and like the video from another window.
subscription Watch($videoId: ID!) {
  videoEngagementChanged(videoId: $videoId) {
    kind
    video { id title likeCount commentCount }
    actor { handle }
  }
}
`;

const bell = `# 5. What happens to you, as it happens (needs the header).
subscription Bell {
  notificationReceived {
    unreadCount
    notification { kind actor { handle } video { title } createdAt }
  }
}
`;

const videoId = '{\n  "videoId": "vid_…"\n}';
const token = '{\n  "authorization": "Bearer PASTE_THE_ACCESS_TOKEN"\n}';

export const STORY = [
  { query: feed },
  { query: logIn },
  { query: like, variables: videoId, headers: token },
  { query: watch, variables: videoId },
  { query: bell, headers: token },
];
