"""Plain English words for prompts, so short and common that most tokenizers know each as one."""

from typing import Final

WORDS: Final = tuple(
    """
    able about above account across act action active add after again against age agree air all
    allow almost alone along already also always among amount and animal another answer any appear
    apply area arm around arrive art ask attack away baby back bad ball bank base bear beat become
    bed before begin behind believe best better between big bird bit black blood blue board boat
    body book born both bottom box boy break bring brother brown build building burn bus business
    busy but buy call calm came camp can capital car card care carry case cat catch cause cell
    center certain chair chance change charge check child choose church circle city class clean
    clear clock close cloth cloud coast cold color come common complete connect contain control
    cook cool copy corner correct cost cotton could count country couple course court cover cow
    create cross crowd cry current cut daily dance danger dark day dead deal dear death decide deep
    degree depend describe desert design develop differ dinner direct discover discuss distance
    divide doctor does dog dollar done door double doubt down draw dream dress drink drive drop dry
    during each ear early earth ease east eat edge effect egg eight either electric element else
    empty end enemy energy engine enjoy enough enter equal even evening event ever every exact
    example except expect explain eye face fact fall family famous far farm fast father fear feed
    feel feet few field fight figure fill final find fine finger finish fire first fish fit five
    flat floor flow flower fly follow food foot for force foreign forest form forward found four
    free fresh friend from front fruit full game garden gas gave general get girl give glad glass
    go gold gone good got grand grass gray great green grew ground group grow guess guide had hair
    half hand happen happy hard has hat have head hear heart heat heavy held help her here high
    hill him his history hit hold hole home hope horse hot hotel hour house how huge human hundred
    hunt hurry ice idea imagine inch include increase industry inside interest into iron island
    job join joy judge jump just keep key kill kind king knew know lady lake land language large
    last late laugh law lead learn least leave left leg length less let letter level lie life lift
    light like line list listen little live local long look lost lot loud love low machine made
    main major make man many map mark market match material matter may mean measure meat meet
    member memory men metal method middle might mile milk million mind minute miss modern moment
    money month moon more morning most mother motion mountain mouth move much music must name
    nation nature near neck need never new next night nine noise none noon north nose note nothing
    notice now number object ocean off offer office often oil old once one only open opposite order
    other our out over own page paint pair paper parent part party pass past path pattern pay peace
    people perhaps period person picture piece place plain plan plane planet plant play please
    point poor position possible post power present press pretty print problem process produce
    product proper prove provide public pull push put question quick quiet quite race radio rain
    raise ran rather reach read ready real reason receive record red region remember repeat reply
    report rest result return rich ride right ring rise river road rock roll room root rope round
    row rule run safe said sail salt same sand save saw say scale school science sea season seat
    second section see seed seem select sell send sense sentence serve set settle seven several
    shall shape share sharp she sheet ship shoe shop short should shout show side sight sign silent
    silver similar simple since sing single sister sit six size skill skin sky sleep slow small
    smell smile snow soft soil soldier solution solve some son song soon sound south space speak
    special speed spell spend spoke spot spread spring square stand star start state station stay
    steam steel step stick still stone stood stop store story straight strange stream street
    strong student study subject success such sudden sugar suggest suit summer sun supply support
    sure surface surprise swim system table tail take talk tall teach team tell ten term test than
    thank that the their them then there these they thick thin thing think third this those though
    thought thousand three through throw tie time tiny today together told tone too took tool top
    total touch toward town track trade train travel tree triangle trip trouble truck true try tube
    turn twenty two type under unit until usual valley value vary verb very view village visit
    voice vowel wait walk wall want war warm wash watch water wave way wear weather week weight
    well went were west what wheel when where which while white who whole why wide wife wild will
    wind window winter wire wish with woman women wonder wood word work world would write written
    wrong yard year yellow yes yet young
    """.split()  # noqa: SIM905 - a list would be one word a line
)
