"""What may stand in the address of a call, where Flask's own converters take too little."""

from werkzeug.routing import BaseConverter


class AnyId(BaseConverter):
    """An id of another system's making: slashes count, wherever they stand and however many.

    Flask's ``path`` sends an id that begins with a slash on to the one without it, another comment's.
    What ends as the address of a comment's other calls is theirs.
    """

    part_isolating = False
    regex = "(?s:.+?)(?<!/decision)(?<!/reports)"
