import os

from flask import Flask

app = Flask(__name__)

if __name__ == "__main__":
    # ok: debugger-on-network
    app.run(debug=True)
    # ok: debugger-on-network
    app.run(host="0.0.0.0", port=8000)
    # ok: debugger-on-network
    app.run(host="0.0.0.0", debug=os.environ.get("DEBUG") == "1")
