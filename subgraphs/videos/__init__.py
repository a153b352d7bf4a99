"""videos: uploads, processing status, metadata, visibility.

Owns     Video; Upload; the list of a User's videos
Tables   videos, uploads, friendships
Out      VideoUploaded VideoPublished VideoChanged VideoWithdrawn VideoDeleted NotificationTriggered
In       VideoProcessingProgressed VideoProcessed VideoProcessingFailed (what the media service did),
         UserFollowed UserUnfollowed (who are friends), its own VideoPublished VideoChanged
         VideoWithdrawn VideoDeleted (to renew the cache and tell the origin who may read files)
"""
