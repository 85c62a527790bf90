"""Words that name nobody on their own, though models and makers are called after them.

A name made only of these words is a leak where the text speaks of itself, and nowhere else:
`voting.text.leaks`. Everyday English, and what models have been named after: animals, plants,
stars, gods, gems, winds, forms of verse, first names of artists. Lower case, no accents.
"""

from typing import Final

COMMON_WORDS: Final = frozenset(
    """
    a able about above access ace act action active actor ada adam add adept advance advanced after
    again agate agent air alba albatross alchemy alex alice all alliance alloy alma almond alpaca
    alpha also alpine amber amazon amazing ampere an anchor ancient and angel ant antelope any
    apache apex apollo apple april aqua arc arch archer arctic are area aria aries ark arrow art
    artemis as ash aspen asset aster asteria astra at athena atlas atom aura aurora autumn avalanche
    avatar axiom axis azure baby back badger balance balloon bamboo band bank bar bard bark base
    basic basil basin bat bay beach beacon beam bear beaver bee bell best beta beyond big bird bit
    black blaze blend block bloom blossom blue bluebell board boat body bold bolt book boost border
    boreas box brain branch brave breeze bridge bright brook brush buffalo bug build builder bull
    butterfly by byte cable cactus calm camel camp can canary candle canvas canyon capital captain
    caravan cardinal carbon care castle cat catalyst cedar cell center central centre chain chair
    chameleon champion chance change channel chapter character charm chat cheetah chef cherry chess
    chestnut chinchilla choice chorus cicada cinnamon cipher circle circuit citadel city clarity
    classic clay clear clever clinic clock cloud clover coast cobalt cobra code cohesion coin cold
    color colour comet command commander commerce common community compass complete concept concord
    condor connect cookie copilot copper coral core corn corona corpus cosmic cosmo cosmos cougar
    count country court cow coyote craft crane crater creative creek crest cricket crimson crown
    crow cruise crystal cub cube cup curie current cursor cyan cycle cypress daisy dart data dawn
    day deal deep deer delphi delta deluge den depth desert design diamond diana digital direct
    discover dodo dog dolphin dome dot dove down dragon dragonfly draft dream drift drive droid drop
    duck dune dusk dust dynamic eagle ear early earth east echo eclipse edge edison effect eight
    elder electra electron element elephant elk elm ember emerald emma emperor empire emu energy
    engine enigma enterprise epic epoch equinox era ernie essence eternal ether europa eva eve even
    event ever evergreen evolution exact example expert explore explorer express extra eye fable
    fabric face fact fair fairy falcon fall family fantasy far farm fast father feather fern ferret
    field fifteen fifty fig fin final finch fir fire firefly first fish five flame flamingo flare
    flash fleet flight flint flow flower flux fly focus force forest forge form formula fortune
    forty forum forward foundation four fox fractal frame freedom fresh friend frog from frontier
    frost fruit full fuse fusion future galaxy galileo gale game garden garnet gate gateway gator
    gazelle gear gecko gem gemini gemma general genesis genius gentle ghost giant gibbon ginger
    giraffe glacier glass gleam glider globe glory go goat gold golden goose gorilla grace grain
    gram grand granite grape grass gravity great green grey grid grok ground group grove guanaco
    guard guide gulf hail haiku hal halo hammer hand happy harbor harbour hare harmony harp harvest
    hat haven hawk hazel head heart heath heaven hedgehog helios helium helix hello help helper
    hera here hermes hero heron high hill hippo history home honey hope horizon horn horse host hour
    house hub human hummingbird hunter hurricane hydra hyena hyper i ibex ibis ice icon idea
    identity if image imagine impact in index indigo infinite infinity inflection inspire insight
    instinct instruct into intuition ion iris iron is island it ivory ivy jackal jade jaguar jam
    jamba jasmine jay jazz jet jewel jewels journey joy judge juice julia juniper juno jupiter
    jurassic just kangaroo keen key kestrel king kite kitten kiwi knight knot koala know labrador
    lake lamb lamp land lantern lark laser last laurel lava lavender layer leaf leap learn legacy
    legend lemon lemur leo leopard level liberty library life light lightning lilac lily lime line
    link lion liquid list little live lizard local locust lodestar logic long loom loop lotus love
    luck luna lunar lynx lyra lyric machine maestro magic magma magnet magnolia magpie main maker
    mamba mammoth mango mantis map maple marble march marco mark marlin mars marten master matrix
    matter max may maya maze meadow media mega mellow melody memory mentor mercury meridian merit
    mesa meta metal meteor metric midas midnight mighty milk mill mind mine mini mint minute mirage
    mirror mission mist mistral mix mobile mode model modern mole moment momentum mona monday money
    monkey month moon moonbeam moonlight moonshot moose more morning morpheus mosaic moss moth
    mother motion mountain mouse much muse music mystic name narwhal nation native nature nautilus
    navigator near nebula neo neon neptune nest net network neural neuron new newton next night
    nightingale nimbus nine no noble noon north nova november now number nut oak oasis object
    obsidian ocean octave octopus odin odyssey of old olive olympus omega on one onyx opal open
    optimus opus or oracle orange orb orbit orca orchard orchestra orchid order origin original
    oriole orion osprey other otter our out outlook over owl ox oyster pace pacific page palm
    palmyra panda pandora panther paper parrot parsec part path patrol peace peach peacock peak
    pearl pebble pelican pen penguin pepper perceptron perfect peridot person pi pharia phase
    pheasant phi phoenix photon phrase piano pigeon pilot pine pink pioneer pixel pixie place plain
    plan planet plasma plate platinum plato play plum plus pluto poem poet polar pole polaris pony
    poppy port portal power prairie precise premier premium present prima prime primrose prince
    prism pro prodigy project prometheus promise protein proton psi public puffin pulsar pulse puma
    pupil pure purple python quail quantum quark quartz quasar queen quest question quick quiet
    quill rabbit raccoon radiant rain rainbow random ranger rapid raptor rational raven ray reach
    reader real reason red reed reef reflection relay remedy reptile research resolve rhino rhyme
    rhythm rice ridge right ring rise river road robin robot rock rocket romeo root rose round
    royal ruby run rune rush saber sable safari saga sage sail salmon salt sand sapphire satellite
    saturn scholar school science scorpion scout screen script scroll sea seal search season second
    secret sedona seed seek sense sentinel sequoia serene seven shade shadow shark sharp sheep shell
    shield shift shine ship sierra sigma sign signal silent silicon silk silver simple singularity
    sirius six sky skylark skyline sloth small smart snake snow snowball snowflake socrates sol
    solar solid solo solstice solution sonar song sonic sonnet soul sound source south space spark
    sparrow spectra spectrum sphinx spider spiral spirit spock spring spruce squirrel stable
    stability stage star stardust starling starlight start state station steam steel stella step
    stingray stone stork storm story strand stream street strong studio sugar summer summit sun
    sunday sunflower sunrise sunset super support surge swallow swan swift sword symphony sync
    system table talent tango task teacher teal team tech temple tempo ten tern terra test text
    the theory theseus theta think third thirty thor thorn thought thread three thrush thunder tide
    tiger time tin tiny titan to today together toledo tool top topaz torch tornado tortoise toucan
    touch tower town toy trace track trade trail train transformer travel tree trend trident trinity
    triton troll trout true trust truth tulip tuna tundra turbo turing turquoise turtle twelve
    twenty twilight twin twist two ultra umbra under unicorn union unity universal universe up
    upstage urban us valley value van vanguard vapor vector vega velocity velvet venture venus
    verse vertex vesta vibe victor victory vicuna view viking village vine violet viper virgo
    virtual virtue vision vista vital vivid voice volcano volt voyager vulcan vulture walnut walrus
    wander warbler water wave way we weasel weather web week well west whale wheat wheel whisper
    white wild willow wind window wing winter wisdom wise wish with wizard wolf wolverine wombat
    wonder wood word words work world wren writer year yellow yeti yi you young youth zebra zen
    zenith zephyr zero zeta zeus zinc zodiac zone
    unigram bigram trigram grams markov order uniform backoff interpolated smoothed kneser ney
    counts characters letters sample corpus demo embedded built
    """.split()  # noqa: SIM905 - a thousand quoted words would hide the list
)

GENERIC_PARTS: Final = frozenset(
    """
    ai air and api awq base beta byte bytes char character characters chars chat cloud code coder
    company corp corporation creative demo dev distill distilled dpo embedded exp experimental fast
    flash for fp8 free gguf gmbh gptq group high hybrid inc instruct int4 int8 it lab labs language
    large latest learning letter letters lite llc llm low ltd math max maxi medium micro mini
    mixture model models nano of online open plus preview pro quantized reasoner reasoning research
    rlhf sft sm small small-scale systems team tech technologies technology text the think thinking
    tiny token tokens tuned turbo ultra university version vision word words
    """.split()  # noqa: SIM905
)
"""Parts of names that tell sizes, stages, units and legal forms: never a name on their own."""
