"""videos: uploads, processing status, metadata, visibility.

Owns     Video; Upload; the list of a User's videos
Tables   videos, uploads, superseded_renditions, friendships, fingerprints, fingerprint_keys, resemblances
Out      VideoUploaded VideoWatchedWidely VideoPublished VideoChanged VideoWithdrawn VideoDeleted
         NearDuplicatesFound NotificationTriggered
In       VideoProcessingProgressed VideoProcessed VideoRenditionsCompleted VideoProcessingFailed (what
         the media service did), VideoViewed (what many watch is made again), UserFollowed UserUnfollowed
         (who are friends), its own VideoPublished VideoChanged VideoWithdrawn VideoDeleted (to renew the
         cache and tell the origin who may read files)
"""
