"""Rules make findings; policy and waivers turn findings into one verdict."""
