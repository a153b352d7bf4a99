"""videos: uploads, processing status, metadata, visibility.

Owns     Video; Upload; the list of a User's videos
Tables   videos, uploads, friendships, fingerprints, fingerprint_keys, resemblances
Out      VideoUploaded VideoPublished VideoChanged VideoWithdrawn VideoDeleted NearDuplicatesFound
         NotificationTriggered
In       VideoProcessingProgressed VideoProcessed VideoProcessingFailed (what the media service did),
         UserFollowed UserUnfollowed (who are friends), its own VideoPublished VideoChanged
         VideoWithdrawn VideoDeleted (to renew the cache and tell the origin who may read files)
"""
