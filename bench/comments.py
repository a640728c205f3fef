"""The comments of the benchmark, written for it: none comes from a corpus.

Short ones have the lengths that readers write, from two words to a long paragraph. Long ones have
300 to 800 words and are put together from ``SENTENCES`` by a seeded shuffle.
"""

import random
from typing import Final

SHORT: Final[tuple[str, ...]] = (
    "Well said.",
    "No. Just no.",
    "First time I agree with the mayor on anything.",
    "And the money comes from where, exactly?",
    "Thank you for this piece, it was long overdue and very carefully researched.",
    "Only a fool would park there in the first place.",
    "My grandmother cycled to work until she was eighty. Nobody gave her a lane.",
    "You clearly did not read past the headline, did you?",
    "Third paragraph: it should be 'principal', not 'principle'.",
    "What a load of rubbish from start to finish.",
    "I live two streets away and I have heard nothing about any of this.",
    "lol",
    "Can we please have one article about the harbour without the same three people shouting?",
    "The council is a bunch of clowns, every last one of them.",
    "This is the best explanation of the pension reform I have read so far, in any paper.",
    "Bring back the night bus!!!",
    "He lied in March, he lied in June and he is lying now. Look at the dates.",
    "As a nurse: the figures in the box are right, but they leave out agency staff, and that is "
    "where most of the money goes on a weekend.",
    "Nobody asked for your opinion, genius.",
    "Sad news. She taught half of this town to read.",
    "I disagree with nearly every sentence, and I am glad you printed it.",
    "Why is this behind the paywall and the football is not?",
    "Typical.",
    "The photo shows the old bridge, the one that was pulled down in 1998, not the one that the "
    "article is about. Does nobody check these things any more?",
    "If the rent goes up once more we are leaving, and so is everybody else on our floor.",
    "So the plan is to close the library at five, when people get off work. Brilliant.",
    "Shame on you for printing the name of the victim.",
    "My husband worked at that plant for thirty-one years. They told them on a Friday afternoon, "
    "by e-mail, that it was over. Write about that.",
    "Has anyone here actually been to the hospital lately? I waited six hours with a broken wrist "
    "and the staff were kind all the way through, though there were only two of them.",
    "The usual crowd of half-wits is out in force tonight, I see.",
    "Source?",
    "Correct me if I am wrong, but was the vote not in February?",
    "These people should be ashamed to call themselves teachers.",
    "A tram line costs more to build and less to run. A bus is the other way round. That is the "
    "whole debate, and it would fit on a postcard.",
    "Oh look, another expert who has never left the city.",
    "We had the same discussion in 1986, in 1999 and in 2011. The trees are still there, the road "
    "is still full, and the committee has grown by four members.",
    "Get well soon, all the best from the whole choir.",
    "I would rather eat my hat than vote for that windbag again.",
    "It is not 'chaos', it is a fire drill. Calm down, everyone.",
    "Could the author please explain how a survey of forty people stands for a whole region?",
    "Damn, that was a good match.",
    "You are a disgrace to your profession and I hope you are proud of yourself.",
    "To the person above me: I read your comment twice and I still do not know whether you are for "
    "it or against it. Could you say it without the irony?",
    "When my son was stopped by the police for the third time in a month I wrote to the ministry. "
    "I got a form letter back, with another person's name in it. I have framed it.",
    "Good riddance.",
    "The report says 'up to 400 jobs'. 'Up to' includes zero.",
    "I have cancelled my subscription over this. Not because of the opinion, but because of the "
    "arrogance with which it is put.",
    "Half of the comments here prove the author's point better than the article does.",
    "Ask the shopkeepers on Mill Street what they think of the new parking rules. Three of them have "
    "given up since spring, and the fourth is only open because her brother owns the house.",
    "Go back to school and learn how percentages work.",
    "The heating in the east wing has been broken since the first frost. The children sit there in "
    "their coats. Every year somebody promises to mend it and every year it is somebody else.",
    "He is right, though he could have said it in a less unpleasant way.",
    "Moderators, why was my comment removed? I insulted nobody.",
    "What worries me is not the tower itself. It is that the firm that builds it, the firm that "
    "checked the plans and the firm that will let the flats all have the same address. I looked it "
    "up in the register, it took me ten minutes, and it would have taken your reporter five.",
    "I was on that train. It was cold, it was dark and for two hours nobody told us anything, until "
    "a guard came through with a torch and a box of biscuits. She deserves a medal and the board "
    "deserves to ride that line for a month, in January, with a pushchair.",
    "Whoever came up with that headline must have been asleep. The court did not 'free' him, it sent "
    "the case back because a form was signed by the wrong judge. That is a different thing, and it "
    "matters to those of us who know the family.",
    "For those who ask what a village needs a school for: ours had nineteen pupils when they closed "
    "it. Then the shop went, then the doctor, then the bus came twice a day and then not at all. The "
    "nineteen live elsewhere now, and their parents too. That is what it was for.",
    "Dear editors, I have been a reader since 1974 and I do not write often. But the piece on the "
    "care home was a model of how to do it: you let the people speak who work there, you let the "
    "owner answer, and you left it to us what to think. More of that, please, and fewer columns by "
    "people whose chief experience of the world is other columns.",
    "They are all the same, those politicians, and it makes no difference who is in.",
    "Nice try. The study you quote was paid for by the company that sells the stuff, and it says so "
    "itself, on the last page, in grey letters on a grey background.",
    "No one in their right mind would let that idiot near a budget.",
    "I stand corrected, thank you. It was indeed the other ministry.",
    "We moved here from abroad nine years ago. On the first day a neighbour brought soup, and on the "
    "second day another one asked when we would be leaving again. Both of them are still here, so "
    "are we, and these days all three of us complain about the bins together.",
    "If you think that the referee was blind, you should have seen our defence.",
)

SENTENCES: Final[tuple[str, ...]] = (
    "Let me begin with what the article gets right, because there is a good deal of it.",
    "The figures for the last three years are the ones that the office itself published in May.",
    "I sat on that committee for two terms, so I may be allowed to say how it came about.",
    "Nobody planned it like this; it simply happened, one small decision after another.",
    "The first draft had a cycle lane, the second had half of one, and the third had a painted line.",
    "Then the price of steel went up, and the people who had signed the contract were gone.",
    "I asked in writing, twice, and I kept the answers.",
    "One of them says that the matter is closed, the other says that it has not been opened yet.",
    "My neighbours on both sides have given up, and I cannot hold it against them.",
    "It is easy to laugh at a town that builds a station before it has a railway.",
    "But there is a history to it that you will not find in the minutes.",
    "In the seventies the whole quarter was to be torn down, and it was the old ladies who stopped it.",
    "They sat on kitchen chairs in the middle of the road, with thermos flasks, until the cameras came.",
    "Today their flats cost more than a teacher earns in twenty years.",
    "I do not blame those who buy them, and I do not blame those who sell.",
    "I blame the ones who were warned and who smiled about the warning.",
    "The deputy was a coward then and he is a coward now, and he knows that I think so.",
    "What we call debate in this town is two men of seventy who interrupt each other.",
    "A friend who works in the laboratory explained to me how the samples are taken.",
    "You go out at six in the morning, you fill four bottles, and you write the time on the lids.",
    "If one bottle is missing, the whole week does not count, and that is how you make a river clean.",
    "The paper reported it on page nine, beside the crossword.",
    "I am not against change, I have lived through more of it than most.",
    "I am against being told that it is weather.",
    "Somebody decided it, somebody signed it, and somebody was paid for it.",
    "My daughter says that I should let it rest, and perhaps she is right.",
    "She also says that the young ones do not read the paper any more, and there I am not so sure.",
    "On Thursday there were eleven of them at the meeting, with questions written on their hands.",
    "The chairman called them children, which tells you more about him than about them.",
    "They had read the appendix, which is more than the council had done.",
    "It says there, on page sixty-two, that the ground will have to be dug up a second time.",
    "Whoever wrote that page did honest work and was never asked about it in public.",
    "For the price of the second digging you could run the night bus until my grandchildren retire.",
    "The fools who call this envy have never had to choose between the heating and the dentist.",
    "We shall see what the court says, although it will take its time, as it always does.",
    "Until then the fence stays where it is and the ducks have the place to themselves.",
    "Perhaps that is the best use that anybody has made of it so far.",
    "I should like to hear from the other side, and I mean that without any irony.",
    "If I have got a date wrong, I apologise and will put it right here.",
    "Thank you for the space, and for reading to the end, if anyone did.",
)

LONG_WORDS: Final = (300, 800)


def short_comments(count: int, *, seed: int) -> list[str]:
    """Return ``count`` short comments: whole rounds of ``SHORT``, each shuffled anew.

    From the second round on a comment ends in the round's number, so that no two are the same:
    Comity scores equal comments of a chunk once, and that is not what is measured.
    """
    chance = random.Random(seed)
    found = chance.sample(SHORT, len(SHORT))
    number = 1
    while len(found) < count:
        number += 1
        found.extend(f"{text} {number}" for text in chance.sample(SHORT, len(SHORT)))
    return found[:count]


def long_comments(count: int, *, seed: int) -> list[str]:
    """Return ``count`` different comments of 300 to 800 words, spread evenly over these lengths."""
    chance = random.Random(seed)
    low, high = LONG_WORDS
    lengths = [low + (high - low) * n // max(1, count - 1) for n in range(count)]
    chance.shuffle(lengths)
    return [_long_comment(words, chance) for words in lengths]


def _long_comment(words: int, chance: random.Random) -> str:
    found: list[str] = []
    while len(found) < words:
        for sentence in chance.sample(SENTENCES, len(SENTENCES)):
            found.extend(sentence.split())
    return " ".join(found[:words])
