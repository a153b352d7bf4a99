"""The media service: uploads become videos. It knows the rest of the platform by events and object storage only.

``core`` is pure: what is acceptable, which renditions, which ffmpeg command, which keys. ``worker`` takes
VideoUploaded and answers with progress, VideoProcessed or VideoProcessingFailed; ``origin`` serves what it made.
"""
