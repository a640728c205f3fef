"""Each adapter reads its corpus's own format, and its labels become ours as the catalogue says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from model.labels import NAMES
from model.records import Article, Context, Example
from training.corpora import CATALOGUE, CorpusError, CorpusExample, read_corpus

CIVIL = dict.fromkeys(("incivility", "insult", "identity_attack", "threat"), 0.0)


@dataclass(frozen=True)
class Case:
    """A corpus's files as they would be written, and the (text, labels) they should become."""

    name: str
    files: Mapping[str, str]
    expected: Sequence[tuple[str, Mapping[str, float]]]


def placed(case: Case, corpora: Path) -> None:
    for name, content in case.files.items():
        file = CATALOGUE[case.name].location(corpora) / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="")


JIGSAW = "id,comment_text,toxic,severe_toxic,obscene,threat,insult,identity_hate\n"
HATEMOJI = (
    "entry_id,text,type,target,round.base,round.set,set,split,label_gold,matched_text,matched_id\n"
)
GUEST = (
    "entry_id,entry_utc,subreddit,body,image,label_date,week,group,sheet_order,"
    "level_1,level_2,level_3,strength,highlight,split\n"
)
UNHEALTHY = (
    '"_unit_id","_trusted_judgments","comment","antagonize","condescending","dismissive",'
    '"generalisation_unfair","healthy","hostile","sarcastic"\n'
)
NEUTRAL_REWRITE = {
    "incivility": 0.02,
    "insult": 0.02,
    "profanity": 0.0,
    "identity_attack": 0.02,
    "threat": 0.02,
}

CASES = [
    Case(
        "kaggle_insults",
        {
            "train.csv": "Insult,Date,Comment\n"
            '1,20120618192155Z,"""What a\\\\xa0clown you are"""\n'
            '0,,"""The mayor is\\nlate again"""\n'
        },
        [
            ("What a\u00a0clown you are", {"insult": 1.0, "incivility": 1.0}),
            ("The mayor is\nlate again", {"insult": 0.03}),
        ],
    ),
    Case(
        "kaggle_insults_test",
        {"test_with_solutions.csv": 'Insult,Date,Comment,Usage\n0,,"""Fair point.""",PublicTest\n'},
        [("Fair point.", {"insult": 0.0})],
    ),
    Case(
        "jigsaw_toxic",
        {
            "train.csv": JIGSAW
            + '1a,"""\n\nI moved ""that"" page. """,0,0,0,0,0,0\n'
            + "2b,You fool,1,0,0,0,1,0\n"
            + "3c,Holy crap,1,0,1,0,0,0\n"
            + "4d,An odd one,0,0,0,1,0,0\n"
        },
        [
            ('I moved "that" page.', {**CIVIL, "profanity": 0.0}),
            ("You fool", {**CIVIL, "profanity": 0.0, "insult": 1.0, "incivility": 1.0}),
            ("Holy crap", {**CIVIL, "profanity": 1.0, "incivility": 0.7}),
            ("An odd one", {**CIVIL, "profanity": 0.0, "threat": 1.0, "incivility": 1.0}),
        ],
    ),
    Case(
        "cad_contextual_abuse",
        {
            "cad_v1_1_train.tsv": "id\ttext\tlabels\n"
            'a1-post\t"Quoting[linebreak]badly &amp; often\tNeutral\n'
            "a2\tyou dunce\tPersonDirectedAbuse\n"
            "a3\tthat party of liars\tAffiliationDirectedAbuse\n",
            "cad_v1_1_dev.tsv": "id\ttext\tlabels\n"
            "b1\tboth at once\tIdentityDirectedAbuse,PersonDirectedAbuse\n"
            "b2\tdo not say that\tCounterSpeech\n"
            "b3\ta slur\tSlur\n",
        },
        [
            ('"Quoting\nbadly & often', CIVIL),
            ("you dunce", {"insult": 1.0, "incivility": 1.0}),
            ("that party of liars", {"insult": 0.8, "incivility": 0.9}),
            ("both at once", {"insult": 1.0, "incivility": 1.0, "identity_attack": 1.0}),
            ("do not say that", {"identity_attack": 0.0}),
            ("a slur", {"incivility": 0.7}),
        ],
    ),
    Case(
        "olid",
        {
            "olid-training-v1.0.tsv": "id\ttweet\tsubtask_a\tsubtask_b\tsubtask_c\n"
            '1\t@USER "Good &lt;3 URL\tNOT\tNULL\tNULL\n'
            "2\tOh damn\tOFF\tUNT\tNULL\n"
            "3\t@USER dimwit\tOFF\tTIN\tIND\n"
            "4\tall dimwits\tOFF\tTIN\tGRP\n"
            "5\tawful network\tOFF\tTIN\tOTH\n"
        },
        [
            ('@USER "Good <3 URL', {**dict.fromkeys(NAMES[:5], 0.02), "incivility": 0.03}),
            ("Oh damn", {"profanity": 0.9, "insult": 0.1, "incivility": 0.35}),
            ("@USER dimwit", {"insult": 0.9, "incivility": 0.9}),
            ("all dimwits", {"insult": 0.7, "incivility": 0.85}),
            ("awful network", {"incivility": 0.7}),
        ],
    ),
    Case(
        "facebook_legislators_incivility",
        {
            "incivility.csv": "comment_likes_count,comment_message,attacks\n"
            "1,You sold us out,1\n2,Thank you,0\n3,You sold us out,0\n"
        },
        [("You sold us out", {"incivility": 0.465}), ("Thank you", {"incivility": 0.08})],
    ),
    Case(
        "reddit_incivility_ercexpo",
        {"train.csv": '"Nice one, u/somebody &amp; co",0\nshut up,1\n[removed],0\n'},
        [("Nice one, u/USER & co", CIVIL), ("shut up", {"incivility": 1.0})],
    ),
    Case(
        "hatemoji",
        {
            "build_train.csv": HATEMOJI
            + "2,go 🔪 them,threateninglanguage,['x'],5,5a,original,train,1,go 👏 them,3\n",
            "build_validation.csv": HATEMOJI
            + "3,go 👏 them,none,['none'],5,5b,perturbation,dev,0,go 🔪 them,2\n",
            "build_test.csv": HATEMOJI + "10,they are 🐀,derogation,['x'],5,5a,original,test,1,,\n",
        },
        [
            ("go 🔪 them", {"identity_attack": 1.0, "incivility": 1.0, "threat": 1.0}),
            ("go 👏 them", {"identity_attack": 0.0, "incivility": 0.1}),
            ("they are 🐀", {"identity_attack": 1.0, "incivility": 1.0}),
        ],
    ),
    Case(
        "dynahate",
        {
            "dynabench2021_valid.clean_DERIVED.csv": "id,text,label\n7,they ruin it all,1\n",
            "dynabench2021_test.clean_DERIVED.csv": "id,text,label\n7p,we ruin it all,0\n",
        },
        [
            ("they ruin it all", {"identity_attack": 1.0, "incivility": 1.0}),
            ("we ruin it all", {"identity_attack": 0.0, "incivility": 0.25}),
        ],
    ),
    Case(
        "implicit_hate",
        {
            "implicit_hate_v1_stg1_posts.tsv": "post\tclass\nthey did it\timplicit_hate\n"
            "they are vermin\texplicit_hate\nthe weather\tnot_hate\n"
        },
        [
            ("they did it", {"identity_attack": 0.7, "incivility": 0.8}),
            ("they are vermin", {"identity_attack": 0.95, "incivility": 0.95}),
            ("the weather", {"identity_attack": 0.05, "incivility": 0.2}),
        ],
    ),
    Case(
        "gab_hate_corpus",
        {
            "ghc_train.tsv": "text\thd\tcv\tvo\nfine art\t0\t0\t0\nyou oaf\t0\t0\t1\n",
            "ghc_test.tsv": "text\thd\tcv\tvo\nthey are dirt\t1\t0\t1\n"
            "hang them, they are dirt\t1\t1\t0\n",
        },
        [
            ("fine art", {"identity_attack": 0.05, "threat": 0.02, "incivility": 0.2}),
            ("you oaf", {"incivility": 0.6}),
            ("they are dirt", {"identity_attack": 0.9, "incivility": 0.9}),
            (
                "hang them, they are dirt",
                {"identity_attack": 0.9, "incivility": 0.9, "threat": 0.8},
            ),
        ],
    ),
    Case(
        "davidson2017",
        {
            "labeled_data.csv": ",count,hate_speech,offensive_language,neither,class,tweet\n"
            "0,3,0,0,3,2,!!! RT @somebody: tea &amp; cake\n1,4,1,2,1,1,what the hell\n"
        },
        [
            ("!!! RT @USER: tea & cake", {"profanity": 0.0, "insult": 0.0}),
            ("what the hell", {"profanity": 0.75}),
        ],
    ),
    Case(
        "edos",
        {
            "edos_labelled_aggregated.csv": "rewire_id,text,label_sexist,label_category,"
            "label_vector,split\n"
            "s-1,[USER] see [URL],not sexist,none,none,dev\n"
            "s-2,she should stay home,sexist,3. animosity,3.1,test\n"
            's-3,somebody should hit her,sexist,"1. threats, plans to harm and incitement",1.1,dev\n'
        },
        [
            ("[USER] see [URL]", {"identity_attack": 0.02, "incivility": 0.15}),
            ("she should stay home", {"identity_attack": 0.8, "incivility": 0.85}),
            (
                "somebody should hit her",
                {"identity_attack": 0.8, "incivility": 0.85, "threat": 1.0},
            ),
        ],
    ),
    Case(
        "guest_misogyny",
        {
            "final_labels.csv": GUEST
            + "a,1,s,Drink water &gt; tea,,d,1,1,x,Nonmisogynistic,None_of_the_categories,,,,dev\n"
            + "b,1,s,You twit,,d,1,1,x,Nonmisogynistic,Nonmisogynistic_personal_attack,,,,train\n"
            + "c,1,s,[deleted],,d,1,1,x,Nonmisogynistic,None_of_the_categories,,,,train\n"
            + "d,1,s,She needs a slap,,d,1,1,x,Misogynistic,Treatment,Threatening_Physical_violence,"
            + "Nature of the abuse is Explicit,,test\n"
        },
        [
            ("Drink water > tea", {"identity_attack": 0.02, "incivility": 0.12}),
            ("You twit", {"identity_attack": 0.02, "insult": 0.8, "incivility": 0.85}),
            ("She needs a slap", {"identity_attack": 0.8, "incivility": 0.85, "threat": 1.0}),
        ],
    ),
    Case(
        "paradetox",
        {
            "paradetox.tsv": "toxic\tneutral1\tneutral2\tneutral3\n"
            "what a daft idiot\the is mistaken\the is &amp; was wrong\t\n"
        },
        [
            ("what a daft idiot", {"incivility": 0.75}),
            ("he is mistaken", NEUTRAL_REWRITE),
            ("he is & was wrong", NEUTRAL_REWRITE),
        ],
    ),
    Case(
        "wiki_bias_testsets",
        {
            "toxicity_debiasing_data.tsv": "rev_id\tcomment\tis_toxic\tsplit\n"
            'w_0\t"The ""Pride"" march began in 1990."\tFalse\ttrain\nw_1\tX\tTrue\tdev\n'
        },
        [('The "Pride" march began in 1990.', dict.fromkeys(NAMES, 0.0))],
    ),
    Case(
        "conversationai_votes",
        {
            "sample_comment_text.csv": "_unit_id,comment_text\nu1,You sorry fool\n"
            "u2,A table of contents\nu3,Nobody judged this\n",
            "sample_training_data.csv": "_unit_id,_worker_id,identity_hate,obscene,threat,insult\n"
            "u1,w1,0,1,0,1\nu1,w2,0,0,0,1\nu1,w3,0,0,0,1\nu1,w4,0,0,0,0\nu2,w1,0,0,0,0\n",
        },
        [
            (
                "You sorry fool",
                {
                    "insult": 0.75,
                    "profanity": 0.25,
                    "threat": 0.0,
                    "identity_attack": 0.0,
                    "incivility": 0.75,
                },
            ),
            (
                "A table of contents",
                {"insult": 0.0, "profanity": 0.0, "threat": 0.0, "identity_attack": 0.0},
            ),
        ],
    ),
    Case(
        "appropriateness",
        {
            "appropriateness_corpus_mean.csv": "post_id,issue,post_text,Inappropriateness,"
            "Toxic Emotions\n0,Uniforms?,They save money,0.3333,0.0\n"
            "1,Uniforms?,Whoever likes them is sick,1.0,1.0\n2,Uniforms?,lol whatever,1.0,0.3333\n"
        },
        [
            ("They save money", {"incivility": 0.0}),
            ("Whoever likes them is sick", {"incivility": 0.8}),
        ],
    ),
    Case(
        "stanford_politeness",
        {
            f"{part}.annotated.csv": "Community,Id,Request,Score1,Score2,Score3,Score4,Score5,"
            "TurkId1,Normalized Score\n"
            f'{part},1,"thanks for &lt;url&gt;&#44 could you check?",20,20,20,20,20,A9,1.2\n'
            f"{part},2,why did you,5,5,5,5,5,A9,-1.2\n{part},3,no score,1,1,1,1,1,A9,\n"
            for part in ("wikipedia", "stack-exchange")
        },
        [("thanks for <url>, could you check?", {"incivility": 0.02, "insult": 0.0})] * 2,
    ),
    Case(
        "reddit_moderated",
        {"comments.csv": 'body,subreddit,moderated\n"A long\nread",news,1\n[deleted],news,1\n'},
        [("A long\nread", {})],
    ),
    Case(
        "unhealthy_conversations",
        {"val.csv": UNHEALTHY + '1,3,"Do read it again, dear.",0,1,1,0.0,0,0,1\n'},
        [
            (
                "Do read it again, dear.",
                {
                    "hostile": 0.0,
                    "antagonize": 0.0,
                    "condescending": 1.0,
                    "dismissive": 1.0,
                    "sarcastic": 1.0,
                    "generalisation_unfair": 0.0,
                    "unhealthy": 1.0,
                },
            )
        ],
    ),
    Case(
        "context_toxicity_gn",
        {"gn.csv": 'id,text,label,api,parent\n1.2.3,Not on this page.,1,0.0431,"Move it, then?"\n'},
        [("Not on this page.", {"toxic": 1.0, "api": 0.0431})],
    ),
    Case(
        "context_toxicity_cat",
        {
            "cat_small.csv": "text,parent_text,tox_codes_oc,label_oc,tox_codes_ic,label_ic\n"
            "As you say.,You are slow.,[0. 0. 0.],0,[0. 1. 1.],1\n"
        },
        [("As you say.", {"toxic": 1.0, "toxic_oc": 0.0})],
    ),
]
LIGHT = {
    "facebook_legislators_incivility": 0.3,
    "implicit_hate": 0.4,
    "gab_hate_corpus": 0.5,
    "davidson2017": 0.3,
    "edos": 0.4,
    "guest_misogyny": 0.4,
    "paradetox": 0.4,
    "appropriateness": 0.3,
    "stanford_politeness": 0.2,
}
by_name = {case.name: case for case in CASES}


def read_case(name: str, corpora: Path) -> list[Example]:
    placed(by_name[name], corpora)
    return list(read_corpus(name, corpora))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_adapter_reads_its_own_format(case: Case, tmp_path: Path) -> None:
    placed(case, tmp_path)
    examples = list(read_corpus(case.name, tmp_path))
    assert [example.text for example in examples] == [text for text, _ in case.expected]
    for example, (_, labels) in zip(examples, case.expected, strict=True):
        assert example.labels == pytest.approx(labels)
        assert example.source == case.name
        assert example.id.startswith(f"{case.name}:")
        assert example.by is None
    assert len({example.id for example in examples}) == len(examples)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_example_remembers_its_text_as_it_stood_in_the_file(case: Case, tmp_path: Path) -> None:
    placed(case, tmp_path)
    written = "".join(case.files.values()).replace('""', '"')
    for example in read_corpus(case.name, tmp_path):
        assert isinstance(example, CorpusExample)
        assert example.raw.replace('""', '"') in written


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_missing_folder_is_a_corpus_error(case: Case, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=str(tmp_path)):
        list(read_corpus(case.name, tmp_path))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.name != "reddit_incivility_ercexpo"],
    ids=lambda case: case.name,
)
def test_a_missing_column_is_named_with_its_file(case: Case, tmp_path: Path) -> None:
    name = next(iter(case.files))
    broken = Case(case.name, {**case.files, name: "nothing\tknown\n"}, ())
    placed(broken, tmp_path)
    with pytest.raises(CorpusError, match=r"line 1: there is no column '.+'") as caught:
        list(read_corpus(case.name, tmp_path))
    assert name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "column"),
    [
        ("kaggle_insults", "1,2012", "2,2012", "Insult"),
        ("jigsaw_toxic", "fool,1", "fool,yes", "toxic"),
        ("cad_contextual_abuse", "\tSlur", "\tSlurs", "labels"),
        ("olid", "TIN\tIND", "TIN\tNULL", "subtask_a to subtask_c"),
        ("implicit_hate", "\tnot_hate", "\tno", "class"),
        ("gab_hate_corpus", "oaf\t0", "oaf\t", "hd"),
        ("davidson2017", "4,1,2,1", "0,1,2,1", "neither"),
        ("edos", "not sexist", "unsexist", "label_sexist"),
        ("guest_misogyny", "x,Misogynistic", "x,Perhaps", "level_1"),
        ("conversationai_votes", "w1,0", "w1,9", "identity_hate"),
        ("appropriateness", "0.3333,0.0", "0.3333,12", "Toxic Emotions"),
        ("stanford_politeness", "A9,1.2", "A9,high", "Normalized Score"),
        ("unhealthy_conversations", "0.0,0", "0.0,?", "healthy"),
        ("context_toxicity_gn", "0.0431", "431", "api"),
    ],
)
def test_a_label_that_the_corpus_does_not_have_is_named(
    name: str, old: str, new: str, column: str, tmp_path: Path
) -> None:
    case = by_name[name]
    files = {file: content.replace(old, new) for file, content in case.files.items()}
    assert files != case.files
    placed(Case(name, files, ()), tmp_path)
    with pytest.raises(CorpusError, match=f"line \\d+, column '{column}'") as caught:
        list(read_corpus(name, tmp_path))
    assert not [text for text, _ in case.expected if text in str(caught.value)]


def test_a_path_to_one_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "official.csv"
    file.write_text(JIGSAW + "1a,Hello there,0,0,0,0,0,0\n")
    assert [e.text for e in CATALOGUE["jigsaw_toxic"].read(file)] == ["Hello there"]


def test_a_corpus_of_two_joined_files_asks_for_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "sample_comment_text.csv"
    file.touch()
    with pytest.raises(CorpusError, match="is not a folder that holds"):
        list(CATALOGUE["conversationai_votes"].read(file))


def test_targets_come_from_the_corpora_that_mark_them(tmp_path: Path) -> None:
    cad = [example.target for example in read_case("cad_contextual_abuse", tmp_path)]
    olid = [example.target for example in read_case("olid", tmp_path)]
    assert cad == ["none", "person", "group", None, None, None]
    assert olid == ["none", "none", "person", "group", None]


@pytest.mark.parametrize("name", ["hatemoji", "dynahate", "paradetox"])
def test_contrasting_twins_share_a_key(name: str, tmp_path: Path) -> None:
    first, second, *rest = read_case(name, tmp_path)
    assert first.key == second.key
    assert first.key is not None
    if name == "hatemoji":
        assert rest[0].key != first.key


@pytest.mark.parametrize("name", by_name)
def test_an_example_weighs_what_the_catalogue_argues_for(name: str, tmp_path: Path) -> None:
    assert {example.weight for example in read_case(name, tmp_path)} == {LIGHT.get(name, 1.0)}


def test_what_a_comment_answers_is_its_context(tmp_path: Path) -> None:
    gn = read_case("context_toxicity_gn", tmp_path)[0]
    cat = read_case("context_toxicity_cat", tmp_path)[0]
    debate = read_case("appropriateness", tmp_path)[0]
    assert gn.context == Context(parent="Move it, then?")
    assert cat.context == Context(parent="You are slow.")
    assert debate.context == Context(article=Article(title="Uniforms?"))


def test_political_tweets_are_read_from_parquet(tmp_path: Path) -> None:
    folder = tmp_path / "political_incivility_mupid"
    folder.mkdir()
    columns = {
        "text": ["@somebody liars &amp; cheats", "we disagree", "they are not welcome"],
        "impoliteness": [1, 0, 0],
        "intolerance": [0, 0, 1],
    }
    pq.write_table(pa.table(columns), folder / "train.parquet")
    examples = list(read_corpus("political_incivility_mupid", tmp_path))
    assert [(e.text, e.labels) for e in examples] == [
        ("@USER liars & cheats", {"incivility": 1.0}),
        ("we disagree", {"incivility": 0.0, "insult": 0.0, "identity_attack": 0.0}),
        ("they are not welcome", {"incivility": 1.0}),
    ]
