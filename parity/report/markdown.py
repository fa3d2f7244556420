from parity.results import Results


def markdown(results: Results) -> str:
    return f"# {results.verdict}\n"
