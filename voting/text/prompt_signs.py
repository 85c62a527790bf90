"""Pure: signs in a prompt that the rules of `voting.text.categories` count.

Words are English with the commonest of German, French, Spanish and Italian; the shapes (code,
formulas, numbers, lists) know no language.
"""

import re
from typing import Final

from voting.text.tokens import has_fenced_code, without_fenced_code


def _words(pattern: str) -> re.Pattern[str]:
    """Compile alternatives, one on each line, that stand between word boundaries."""
    lines = "|".join(line.strip() for line in pattern.strip().splitlines())
    return re.compile(rf"(?<!\w)(?:{lines})(?!\w)", re.IGNORECASE)


_LINE_OF_CODE: Final = re.compile(
    r"^[ \t]*(?:"
    r"(?:async )?def \w+\(.{0,200}:|class \w+[(:{]|(?:import|from) [\w.]+(?: import .{1,80})?;?$"
    r"|(?:const|let|var) \w+ ?=|(?:public|private|protected|static) \w|function \w*\("
    r"|(?:fn|func) \w+[(<]|#include\b|#!/|package \w+;?$|using \w+;|<\?php|<!doctype|</?\w+>$"
    r"|for ?\(.{1,100}\)|while ?\(.{1,100}\)|if ?\(.{1,100}\) ?\{|return [\w.(\[\"']{1,80};"
    r"|select\b.{1,200}\bfrom\b|create table\b|insert into\b|Traceback \("
    r"|\$ \w+ |\w+\(.{0,100}\);?$"
    r"|\w+ ?= ?[\w.]+\(.{0,100}\)"
    r")",
    re.MULTILINE | re.IGNORECASE,
)
_PROGRAMMING: Final = _words(
    r"""
    python|javascript|typescript|golang|kotlin|haskell|c\+\+|c\#|php|matlab|fortran|cobol|vba
    html|css|sql|postgres(?:ql)?|mysql|sqlite|mongodb|redis|graphql|regexp?|regular expression
    (?:in|using|with|write|of) (?:java|rust|ruby|swift|scala|perl|go|r|c|julia|lua|bash)
    (?:java|rust|ruby|swift|scala|perl|go|bash|shell|c) (?:code|program|script)
    (?:java|rust|ruby|swift|scala|perl|go|bash|shell|c) (?:function|class|struct|error)
    numpy|pandas|django|flask|fastapi|angular|node\.?js|pytorch|tensorflow|spring boot
    react (?:component|hook|app|state|native)
    docker(?:file)?|kubernetes|git|github actions|nginx|terraform|ansible|webpack|npm|pip
    segfault|stack ?trace|null pointer|compiler? error|race condition|deadlock|memory leak
    unit tests?|code review|source code|codebase|refactor|debug|compile|api endpoint|rest api
    linked list|binary search|hash ?map|big[- ]o|time complexity|recursive function|data structure
    (?:write|implement|create|fix|optimi[sz]e) (?:\w+ ){0,4}(?:function|script|program|algorithm)
    (?:write|implement|create|fix|optimi[sz]e) (?:\w+ ){0,4}(?:class|query|parser|compiler)
    (?:this|my|the|following) (?:code|function|script|program|query|snippet)
    programmier\w+|quelltext|programmer en|code source|código fuente|código en|codice sorgente
    """
)
_FORMULA: Final = re.compile(
    r"\$\$|\\(?:frac|int|sum|sqrt|lim|begin\{|alpha|theta|cdot|times|leq|geq|infty|mathbb)"
    r"|\d ?[+*×÷^] ?\(?-?\d|\d [-−/] \d|\d ?[-−] ?\d{1,9} ?="
    r"|(?<!\w)\d{0,3}[a-z]\^?[0-9²³]? ?[-+*/] ?\d{0,3}[a-z0-9]\^?[0-9²³]? ?=|[a-z]\^[0-9n(]"
    r"|[∫∑√∞≤≥∈∂π]"
    r"|(?<!\w)[fgh]\(x\)|(?<!\w)[xyzn] ?= ?-?\d",
    re.IGNORECASE,
)
_MATHS: Final = _words(
    r"""
    equations?|integral|integrate|derivatives?|differentiate|differential|polynomials?|quadratic
    theorems?|lemma|eigenvalues?|eigenvectors?|matrix|matrices|determinants?|vector space
    prime numbers?|primes|modulo|factorial|logarithms?|trigonometr\w+|cosine|hypotenuse|geometry
    square root|cube root|probability (?:that|of)|expected value|standard deviation|variance
    bayes\w*|combinatori\w+|permutations?|binomial|arithmetic|algebra(?:ic)?|calculus|percent of
    prove (?:that|by induction)|solve (?:for|the)|sum of (?:the|all)|area of|perimeter|volume of an?
    least common multiple|greatest common divisor|converges?|compound interest
    gleichung\w*|ableitung|wahrscheinlichkeit|berechne|beweise|bruchrechnung|quadratwurzel
    équations?|dérivée|probabilité|calcule[rz]?|démontre\w*|racine carrée|théorème
    ecuaci[oó]n(?:es)?|derivada|probabilidad|calcula|demuestra|raíz cuadrada|equazion[ei]|calcola
    """
)
_AMOUNT: Final = _words(
    r"""
    how (?:many|much|long|far|fast|old)|what percentage|at what time
    what is the (?:total|average|cost)
    wie ?viele?|wie lange|combien|cu[aá]nt[oa]s?|quant[eio]
    """
)
_NUMBER: Final = re.compile(r"\d+")
_QUOTED: Final = re.compile(r"`[^`\n]+`|\"[^\"\n]{2,}\"|“[^”\n]{2,}”|„[^“”\n]{2,}[“”]|«[^»\n]{2,}»")

_COUNT_WORD: Final = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a single|a few)"
_UNIT: Final = (
    r"(?:words?|sentences?|paragraphs?|lines?|bullets?(?: points?)?|points?|items?|characters?"
    r"|syllables?|steps?|stanzas?|verses?|examples?|sections?|columns?|letters?)"
)
_BOUND: Final = (
    r"(?:exactly|at most|at least|no more than|less than|fewer than|more than|under|within"
    r"|max(?:imum)?|up to|only|in|about|around|precisely)"
)
_USE: Final = (
    r"(?:us(?:e|ing)|mention(?:ing)?|includ(?:e|ing)|repeat(?:ing)?|contain(?:ing)?"
    r"|exceed(?:ing)?|add(?:ing)?|say(?:ing)?|start(?:ing)?|writ(?:e|ing)|the (?:word|letter)s?)"
)
_FORMAT: Final = (
    r"(?:json|yaml|xml|csv|markdown|html|latex|table|bullet(?:ed)?(?: point)?s?(?: list)?"
    r"|numbered list|haiku|sonnet|limerick|all caps|upper ?case|lower ?case|rhymes?)"
)
_FORM: Final = _words(
    rf"""
    {_BOUND} (?:of )?{_COUNT_WORD}(?:[- ](?:to|or) {_COUNT_WORD})?[- ](?:\w+ )?{_UNIT}
    (?:a|an|my|the)? ?\d+[- ](?:word|sentence|line|page|paragraph|character)
    (?:do not|don't|never|avoid|without|must not|should not|shouldn't) {_USE}
    (?:must|should|has to|have to) (?:include|contain|start|begin|end|rhyme|mention|use|be written)
    (?:every|each) (?:line|sentence|paragraph|word|section|verse|item) (?:must|should|has to|is|has)
    (?:every|each) (?:line|sentence|paragraph|word|section|verse|item) (?:starts?|begins?|ends?)
    (?:start|begin|end)(?:ing)? (?:your|each|every|with the (?:word|letter)|the (?:answer|reply))
    (?:respond|reply|answer|return|output|print) (?:only|just|solely|exactly|in|with (?:just|a))
    (?:as|in|using|into|to|valid) (?:an? )?(?:valid )?{_FORMAT}
    (?:format|structured?|organi[sz]ed?)(?:ted)? (?:(?:it|this|them|(?:the|your) \w+) )?(?:as|like)
    in the (?:style|format|form|tone|voice) of|in the following (?:format|order|structure)
    use (?:only|exactly|no)|(?:keep|limit) (?:it|your|the|each) .{{0,30}}(?:short|brief|under|below)
    all (?:capital letters|lower ?case)|no (?:preamble|explanations?|introduction|markdown|emojis?)
    genau \d+|höchstens \d+|mindestens \d+|maximal \d+|ohne das wort|als (?:tabelle|json|liste)
    in \d+ (?:wörtern|sätzen|worten|parole|frasi)|exactement \d+|au plus \d+|maximum \d+
    en \d+ (?:mots|phrases|palabras|frases|líneas)|sans utiliser|sous forme de|sin usar|en formato
    exactamente \d+|senza usare
    """
)
_REASONING: Final = _words(
    r"""
    why|explain (?:why|how|the|what|your)|prove|derive|compare|contrast|trade-?offs?|pros and cons
    design|architect|optimi[sz]e|debug|diagnose|analy[sz]e|evaluate|assess|critique|justify|argue
    decide|recommend|propose|plan|strategy|step[- ]by[- ]step|what (?:would|could) happen
    root cause|implications?|differences? between|advantages|disadvantages|reason(?:ing)?
    which (?:is|one is) better|how (?:would|should|could|can) (?:i|we|you|one)|implement|refactor
    solve|troubleshoot|find the (?:bug|error|flaw)
    warum|erkläre|begründe|vergleiche|entwirf|analysiere|beweise|pourquoi|expliquez?|comparez?
    démontrez?|por qué|explica|compara|demuestra|perché|spiega|confronta
    """
)
_LIST_ITEM: Final = re.compile(r"^[ \t]*(?:\(?[0-9a-h][.)]|[-*•])[ \t]+\S", re.MULTILINE)
_QUESTION: Final = re.compile(r"[?？](?=\s|$)", re.MULTILINE)
_REQUEST: Final = (
    r"(?:write|explain|give|list|show|describe|add|tell|compare|suggest|provide|calculate|find"
    r"|state|include|create|discuss|prove|name|propose|estimate|say|translate|summari[sz]e)"
)
_SECOND_REQUEST: Final = _words(
    rf"""
    (?:then|also|finally|additionally|furthermore|afterwards|second(?:ly)?),? (?:\w+ )?{_REQUEST}
    and (?:then )?{_REQUEST}
    """
)


def has_code(text: str) -> bool:
    """Tell whether a prompt holds code or asks about programming."""
    return (
        has_fenced_code(text)
        or _PROGRAMMING.search(text) is not None
        or _LINE_OF_CODE.search(text) is not None
    )


def has_maths(text: str) -> bool:
    """Tell whether the prose of a prompt holds a formula, a term of maths or a word problem."""
    prose = without_fenced_code(text)
    if _FORMULA.search(prose) or _MATHS.search(prose):
        return True
    return _AMOUNT.search(prose) is not None and len(_NUMBER.findall(prose)) > 1


def states_form(text: str) -> bool:
    """Tell whether a prompt says what the answer must look like."""
    return _FORM.search(without_fenced_code(text)) is not None


def has_number(text: str) -> bool:
    """Tell whether a prompt names a number, a quotation or a piece of code."""
    return (
        _NUMBER.search(text) is not None
        or _QUOTED.search(text) is not None
        or has_fenced_code(text)
    )


def needs_reasoning(text: str) -> bool:
    """Tell whether a prompt asks for reasons, a proof, a comparison, a design or a decision."""
    return _REASONING.search(text) is not None


def has_several_parts(text: str) -> bool:
    """Tell whether a prompt has two questions, two list items or a second request."""
    return (
        len(_QUESTION.findall(text)) > 1
        or len(_LIST_ITEM.findall(text)) > 1
        or _SECOND_REQUEST.search(text) is not None
    )
