"""A small bot on Slack's own slack_bolt, over Socket Mode or over HTTP."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

APP_TOKEN = "xapp-sandbox-A0MONBAN"


def plain(text):
    return {"type": "plain_text", "text": text}


def modal(title="例外の申請"):
    return {
        "type": "modal", "callback_id": "except", "title": plain(title), "submit": plain("送信"),
        "private_metadata": "id-1", "notify_on_close": True,
        "blocks": [
            {"type": "input", "block_id": "why", "label": plain("理由"),
             "element": {"type": "plain_text_input", "action_id": "text"}},
            {"type": "actions", "block_id": "more", "elements": [
                {"type": "button", "action_id": "details", "text": plain("くわしく")}]},
        ],
    }


class Bot:
    """Keeps what it heard in `heard`, one line each."""

    def __init__(self, url, token, secret):
        self.url = url
        self.heard = []
        self.client = self.signed(token)
        self.app = App(client=self.client, signing_secret=secret)
        self.listen()

    def signed(self, token):
        client = WebClient(token, base_url=f"{self.url}/api/", timeout=30, retry_handlers=[])
        client.proxy = None
        return client

    def listen(self):
        app, heard = self.app, self.heard

        @app.command("/guardrail")
        def command(ack, body, client):
            heard.append(f"command {body['text']} {body['channel_name']} {body['user_id']}")
            if body["text"] == "help":
                return ack("使い方: /guardrail except")
            ack()
            client.views_open(trigger_id=body["trigger_id"], view=modal())

        @app.action("approve")
        def approve(ack, body, action, client, respond):
            ack()
            heard.append(f"approve {action['value']} {body['user']['id']} {body['team']['id']}")
            client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"],
                                      text="あなたへ")
            respond(text="承認しました", replace_original=True)

        @app.action("details")
        def details(ack, body, client):
            ack()
            client.views_push(trigger_id=body["trigger_id"], view=modal("くわしく"))

        @app.view("except")
        def submitted(ack, view, body):
            why = view["state"]["values"]["why"]["text"]["value"]
            heard.append(f"submitted {why} {view['private_metadata']} {body['user']['id']}")
            if why == "だめ":
                return ack(response_action="errors", errors={"why": "理由になっていません"})
            return ack()

        @app.view_closed("except")
        def closed(ack, body):
            heard.append(f"closed {body['is_cleared']}")
            ack()

        @app.event("app_home_opened")
        def home(event, client):
            heard.append(f"home {event['tab']} {event['user']}")
            blocks = [{"type": "header", "text": plain("ホーム")}]
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    def over_sockets(self):
        """Connects; gives back how to end."""
        handler = SocketModeHandler(self.app, APP_TOKEN, web_client=self.signed(APP_TOKEN))
        handler.client.proxy = None
        handler.connect()
        return handler.close

    def over_http(self):
        """Serves on a free port; gives back its address and how to end."""
        app = self.app

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): [value] for name, value in self.headers.items()}
                answer = app.dispatch(BoltRequest(body=body, headers=headers))
                self.send_response(answer.status)
                for name, values in answer.headers.items():
                    for value in values:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, *_):
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def end():
            server.shutdown()
            server.server_close()
        return f"http://127.0.0.1:{server.server_address[1]}/slack", end
