"""Run the sandbox provider: `python -m tenor.gateways.payments.sandbox`."""

from tenor.gateways.payments.sandbox.server.main import main

if __name__ == "__main__":
    main()
