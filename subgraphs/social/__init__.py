"""social: likes, saves, shares, views, comments with replies, follows, and the counters that go with them.

Owns     Comment; the counters and viewer state of Video; the follow graph of User
Tables   follows, user_counters, users, videos, video_counters, likes, saves, shares, views, comments
Out      VideoLiked VideoUnliked VideoSaved VideoUnsaved VideoShared VideoViewed CommentAdded CommentDeleted
         UserFollowed UserUnfollowed NotificationTriggered
In       UserRegistered (who exists), VideoPublished VideoChanged VideoWithdrawn VideoDeleted (what may be reacted to),
         its own interactions (to tell live watchers)
"""
