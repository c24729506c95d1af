"""The sandbox page in a browser tab, as a person uses it: looked at, clicked on."""

import base64
import json
import time

from harness.places import SCREENSHOTS

# A wait ends as soon as it may; this long only when something is broken.
WAIT_SECONDS = 60
LOOK_SECONDS = 0.05


class Page:
    """A tab. What goes wrong in it is kept for `problems`."""

    def __init__(self, chromium, url):
        self.chromium, self.url = chromium, url
        target = chromium.call("Target.createTarget", url="about:blank")["targetId"]
        attached = chromium.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "CSS"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)

    def call(self, method, **params):
        return self.chromium.call(method, self.session, **params)

    def js(self, expression):
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, expression):
        """Waits until the expression is true; its value."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            value = self.js(expression)
            if value:
                return value
            if time.monotonic() > deadline:
                self.screenshot("waited-in-vain")
                raise AssertionError(f"never true: {expression}\non the page: {self.seen()[:2000]}")
            time.sleep(LOOK_SECONDS)

    def has(self, test_id):
        return self.js(f"{find(test_id)} !== null")

    def text(self, test_id):
        """What a person reads there."""
        return self.wait(f"({find(test_id)} ?? {{}}).innerText")

    def seen(self):
        return self.js("document.body.innerText") or ""

    def click(self, test_id):
        self.click_on(find(test_id))

    def click_on(self, node):
        """A real click of the mouse on the middle of the node that the expression finds."""
        self.wait(f"{node} !== null")
        # A click on something that still moves would miss it.
        spot = self.js(f"""(async () => {{
            let node, box, before;
            do {{
                before = box;
                await new Promise(requestAnimationFrame);
                // The page may have drawn it anew meanwhile.
                if (node !== {node}) ({node})?.scrollIntoView({{ block: "center" }});
                node = {node};
                if (!node) return {{ hit: false }};
                box = node.getBoundingClientRect();
            }} while (box.x !== before?.x || box.y !== before?.y);
            const spot = {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }};
            return {{ ...spot, hit: node.contains(document.elementFromPoint(spot.x, spot.y)) }};
        }})()""")
        assert spot["hit"], f"something lies over {node}"
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=spot["x"], y=spot["y"],
                      button="left", clickCount=1)

    def choose(self, test_id, value):
        """What choosing in the browser's own menu does."""
        self.wait(f"{find(test_id)} !== null")
        self.js(f"(() => {{ const node = {find(test_id)}; node.value = {json.dumps(value)};"
                " for (const kind of ['input', 'change'])"
                " node.dispatchEvent(new Event(kind, { bubbles: true })); })()")

    def write(self, test_id, text):
        self.click(test_id)
        self.call("Input.insertText", text=text)

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode={"Escape": 27, "Enter": 13, "ArrowDown": 40}[name],
                      text="\r" if name == "Enter" and kind == "keyDown" else "")

    def waits_for(self, test_id, words):
        """The text there, once it has these words."""
        self.wait(f"({find(test_id)}?.innerText ?? '').includes({json.dumps(words)})")
        return self.text(test_id)

    def open(self, channel):
        """Opens a channel and waits until it is drawn; the text of its messages."""
        self.click(f"channel-{channel}")
        self.wait(f'{find("channel-" + channel)}.getAttribute("aria-current") === "page"')
        return self.text("messages")

    def fonts(self, selector):
        """The fonts that really drew the node's text."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        found = self.call("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
        return {font["familyName"]: font["glyphCount"] for font in found}

    def screenshot(self, name):
        shot = self.call("Page.captureScreenshot", format="png")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def problems(self):
        """Errors and warnings on the console, and requests that left the sandbox."""
        self.js("0")
        found = []
        for event in self.chromium.events:
            method, params = event["method"], event["params"]
            if event.get("sessionId") != self.session:
                continue
            if method == "Runtime.exceptionThrown":
                found.append(params["exceptionDetails"])
            elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
                found.append(params["args"])
            elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(params["entry"])
            elif method == "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not url.startswith((self.url + "/", "data:")):
                    found.append(f"a request to {url}")
        return found


def card(words):
    """The last message of the channel that has these words and is for everybody."""
    return message(":not(.private)", words)


def private(words):
    """The last message with these words that only the person who acts sees."""
    return message(".private", words)


def message(kind, words):
    return (f"([...document.querySelectorAll('article.message{kind}')]"
            f".findLast((node) => node.innerText.includes({json.dumps(words)})) ?? null)")


def inside(node, selector):
    return f"({node}?.querySelector({json.dumps(selector)}) ?? null)"


def find(test_id):
    selector = f'[data-testid="{test_id}"]'
    return f"document.querySelector({json.dumps(selector)})"
