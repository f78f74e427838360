from flask import Flask
from werkzeug.serving import run_simple

app = Flask(__name__)

if __name__ == "__main__":
    # ruleid: debugger-on-network
    app.run(host="0.0.0.0", port=8000, debug=True)
    # ruleid: debugger-on-network
    run_simple("0.0.0.0", 8000, app, use_debugger=True)
