"""A small bot for the page's tests: it answers what the sandbox sends, and checks no signature."""

import json
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness.sandbox import DIRECT


def plain(text):
    return {"type": "plain_text", "text": text}


def option(value, text):
    return {"text": plain(text), "value": value}


DAYS = [option("7", "7日間"), option("30", "30日間")]
REALLY = {"title": plain("修復を実行しますか"), "confirm": plain("実行する"), "deny": plain("やめる"),
          "text": {"type": "mrkdwn", "text": "*S3バケット* を非公開にします。元に戻すには人の操作が要ります。"}}
CARD = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*S3バケットが公開されています*"},
     "accessory": {"type": "overflow", "action_id": "menu",
                   "options": [option("mute", "通知を止める"), option("hand", "ほかの人に渡す")]}},
    {"type": "actions", "block_id": "acts", "elements": [
        {"type": "button", "action_id": "fix", "text": plain("修復する"), "style": "primary",
         "value": "plan-1", "confirm": REALLY},
        {"type": "button", "action_id": "ask", "text": plain("例外を申請"), "value": "alert-1"},
        {"type": "static_select", "action_id": "days", "placeholder": plain("期間"),
         "options": DAYS}]},
]
FORM = {
    "type": "modal", "callback_id": "ask", "title": plain("例外の申請"), "submit": plain("申請する"),
    "close": plain("やめる"),
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*S3バケットの公開* を一定期間認めます。"}},
        {"type": "input", "block_id": "why", "label": plain("理由"),
         "hint": plain("承認者が読んで判断できるように書いてください。"),
         "element": {"type": "plain_text_input", "action_id": "text", "multiline": True}},
        {"type": "input", "block_id": "until", "label": plain("期限"),
         "element": {"type": "datepicker", "action_id": "date", "initial_date": "2027-03-31"}},
        {"type": "input", "block_id": "days", "label": plain("確認の間隔"),
         "element": {"type": "static_select", "action_id": "pick", "options": DAYS}},
        {"type": "input", "block_id": "kind", "label": plain("種類"),
         "element": {"type": "radio_buttons", "action_id": "one",
                     "options": [option("a", "一時的な公開"), option("b", "恒久的な公開")]}},
        {"type": "input", "block_id": "agree", "label": plain("確認事項"), "optional": True,
         "element": {"type": "checkboxes", "action_id": "all",
                     "options": [option("x", "個人情報を含まない"), option("y", "期限後に戻す")]}},
        {"type": "actions", "block_id": "more", "elements": [
            {"type": "button", "action_id": "more", "text": plain("規則を見る")}]},
    ],
}
RULES = {"type": "modal", "title": plain("1Fの規則"),
         "blocks": [{"type": "section", "text": plain("公開は会社の承認者の許しが要ります。")}]}
HOME = {"type": "home", "blocks": [
    {"type": "header", "text": plain("未解決のアラート")},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*重大* 2件　*高* 5件"}},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "list", "text": plain("一覧を見る")}]}]}


class Counterpart:
    """Serves with the `with` block; `heard` holds the actions and what was typed."""

    def __init__(self, sandbox):
        self.sandbox, self.heard = sandbox, []

    def __enter__(self):
        bot = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = bot.answer(body)
                data = json.dumps(answer).encode() if answer else b""
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        urls = dict.fromkeys(("interactions", "commands", "events"), url)
        self.sandbox.post("/_sandbox/app", {"requests": urls})
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def api(self, team, method, **arguments):
        request = urllib.request.Request(
            f"{self.sandbox.url}/api/{method}", data=json.dumps(arguments).encode(),
            headers={"Authorization": f"Bearer xoxb-sandbox-{team}",
                     "Content-Type": "application/json"})
        with DIRECT.open(request, timeout=30) as answer:
            body = json.load(answer)
        if not body["ok"]:
            raise AssertionError(f"{method}: {body}")
        return body

    def answer(self, body):
        if body.startswith("{"):
            event = json.loads(body)
            self.api(event["team_id"], "views.publish", user_id=event["event"]["user"], view=HOME)
            return None
        fields = dict(urllib.parse.parse_qsl(body))
        if "payload" not in fields:
            self.heard.append(f"{fields['command']} {fields.get('text', '')}")
            return {"text": f"{fields['user_name']}さんの例外はありません。"}
        payload = json.loads(fields["payload"])
        team = payload["team"]["id"]
        if payload["type"] == "view_submission":
            values = payload["view"]["state"]["values"]
            self.heard.append(values)
            if values["why"]["text"]["value"] == "なんとなく":
                return {"response_action": "errors", "errors": {"why": "理由を具体的に書いてください。"}}
            return None
        action = payload["actions"][0]
        picked = action.get("selected_option", action)["value"] if action.get("value") or \
            action.get("selected_option") else ""
        self.heard.append(f"{action['action_id']} {picked} {payload['user']['id']}")
        if action["action_id"] == "ask":
            self.api(team, "views.open", trigger_id=payload["trigger_id"], view=FORM)
        elif action["action_id"] == "more":
            self.api(team, "views.push", trigger_id=payload["trigger_id"], view=RULES)
        elif action["action_id"] == "fix":
            self.api(team, "chat.postEphemeral", channel=payload["channel"]["id"],
                     user=payload["user"]["id"], text="この修復は、依頼した人とは別の人が承認します。")
        return None
