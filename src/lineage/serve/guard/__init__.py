"""What stands before the pages and the API: every request passes these rules, in the order in which
`gate` names them, before anything of it is believed."""
