"""A client of the moderation calls."""

RUDE = "You are a zebra-striped clown."
KIND = "A zebra-striped thank you for the piece."


class Desk:
    """Calls with a key that has some scopes."""

    def __init__(self, service, key: str) -> None:
        self.service, self._auth = service, {"Authorization": f"Bearer {key}"}

    def ask(self, method: str, path: str, body: object = None, **more):
        return self.service.client.open(path, method=method, json=body, headers=self._auth, **more)

    def say(self, method: str, path: str, body: object = None, **more) -> dict[str, object]:
        answer = self.ask(method, path, body, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def keep(self, *comments: dict[str, object]) -> list[dict[str, object]]:
        return self.say("POST", "/v1/comments", {"comments": list(comments)})["results"]

    def queue(self, **query: object) -> list[str]:
        page = self.say("GET", "/v1/comments", query_string=query)
        return [comment["id"] for comment in page["comments"]]


def fault(answer) -> tuple[int, str, str | None]:
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], error["field"]
