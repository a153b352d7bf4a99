"""The operations of the demo: what an app would send."""

from __future__ import annotations

SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) {
    user { id handle displayName }
    tokens { accessToken refreshToken }
    userErrors { code message field }
  }
}
"""

LOG_IN = """
mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    user { id handle displayName }
    tokens { accessToken refreshToken }
    userErrors { code message field }
  }
}
"""

FOLLOW = """
mutation Follow($input: FollowUserInput!) {
  followUser(input: $input) {
    user { id handle followerCount viewerIsFollowing }
    userErrors { code message field }
  }
}
"""

CREATE_UPLOAD = """
mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) {
    upload { id status isKnownFile video { id status failure { isRetryable } } }
    userErrors { code message field }
  }
}
"""

UPLOAD = """
query Upload($id: ID!) {
  videoUpload(id: $id) { status sizeBytes partCount partSizeBytes receivedParts { number sizeBytes etag } }
}
"""

UPLOAD_PARTS = """
query UploadParts($id: ID!, $wanted: [WantedPartInput!]!) {
  videoUpload(id: $id) { parts(wanted: $wanted) { number url sizeBytes headers { name value } } }
}
"""

COMPLETE_UPLOAD = """
mutation CompleteUpload($input: CompleteUploadInput!) {
  completeUpload(input: $input) {
    video { id status stage percent }
    userErrors { code message field }
  }
}
"""

RETRY_VIDEO = """
mutation RetryVideo($input: RetryVideoInput!) {
  retryVideo(input: $input) {
    video { id status }
    userErrors { code message field }
  }
}
"""

VIDEO_STATUS = """
subscription VideoStatus($videoId: ID!) {
  videoStatusChanged(videoId: $videoId) {
    status stage percent remainingSeconds failureReason failureMessage video { id title }
  }
}
"""

VIDEO = """
query Video($id: ID!) {
  video(id: $id) {
    id status stage percent remainingSeconds title playlistUrl thumbnailUrls durationMs width height
    renditions { name width height }
    failure { reason message isRetryable }
    likeCount commentCount viewerHasLiked
    author { handle displayName }
  }
}
"""

_FEED_PAGE = """{
  edges {
    node {
      id title playlistUrl thumbnailUrls durationMs publishedAt
      author { id handle displayName avatarUrl viewerIsFollowing }
      viewCount likeCount commentCount shareCount saveCount
      viewerHasLiked viewerHasSaved
    }
  }
  pageInfo { hasNextPage endCursor }
}"""

FOR_YOU = f"query ForYou($first: Int) {{ forYouFeed(first: $first) {_FEED_PAGE} }}"
FOLLOWING = f"query Following($first: Int) {{ followingFeed(first: $first) {_FEED_PAGE} }}"

LIKE = """
mutation Like($input: LikeVideoInput!) {
  likeVideo(input: $input) {
    video { id likeCount viewerHasLiked }
    userErrors { code message field }
  }
}
"""

ADD_COMMENT = """
mutation AddComment($input: AddCommentInput!) {
  addComment(input: $input) {
    comment { id body author { handle } }
    userErrors { code message field }
  }
}
"""

ENGAGEMENT = """
subscription Engagement($videoId: ID!) {
  videoEngagementChanged(videoId: $videoId) { kind video { id likeCount } actor { handle } }
}
"""

NOTIFICATIONS = """
subscription Notifications {
  notificationReceived {
    unreadCount
    notification { id kind actor { handle displayName } video { id title } }
  }
}
"""
