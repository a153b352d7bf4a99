"""notifications: what happened to you while you were away.

Entities: Notification. Tables: notifications. Events out: none. Events in: NotificationTriggered, which is stored
once and told to whoever listens.
"""
