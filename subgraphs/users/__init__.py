"""users: profiles as others see them, avatars, and a person's own settings.

Owns     User (by id and by handle)
Tables   profiles
Out      ProfileChanged
In       UserRegistered (opens the profile), its own ProfileChanged (refreshes the cache)
"""
