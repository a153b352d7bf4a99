"""feed: For You, Following and Trending.

Owns     the three feed fields of Query; nothing of Video but its key
Tables   videos (what may be shown), engagement (counts), follows (who follows whom)
Caches   feed:{user} (sorted set, 100 entries, 30 min), trending:{scope} (sorted set, 5 min)
Out      nothing
In       VideoPublished VideoChanged VideoWithdrawn VideoDeleted, interactions and views (counts), UserFollowed
         UserUnfollowed
"""
