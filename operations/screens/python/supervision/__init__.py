"""The screens of supervision: what the record of restorations says, drawn for people.

``supervise`` returns each screen as HTML to a CloudWatch dashboard or to the local console. It changes nothing.

Rooms, in the order of the data's way: :mod:`supervision.question` (what was asked), :mod:`supervision.sources` (where
figures come from), :mod:`supervision.figures` (what a screen shows, as numbers), :mod:`supervision.screens` (how it is
drawn), :mod:`supervision.kit` (what all screens draw with).
"""
