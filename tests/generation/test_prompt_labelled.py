"""The labelled prompts: floors a little under the figures, every miss known by name."""

import pytest

from benchmarks.reader import SETS, labelled, score

MISSES = {
    # Two leftover words of theirs are words without meaning to us: "looking at viewer", "cheek".
    "1girl, looking at viewer, upper body, pink hair, twintails, open mouth, school uniform, "
    "white background",
    "nurse girl, pink bob, white outfit, band-aid on cheek, shy",
    # Taken for small talk: "dark".
    "boy, red undercut, earring, smirk, dark background",
    # Left over as a longer phrase than was labelled.
    "just a tired guy with eye bags and coffee",
    "我家猫变成人的样子，橘色头发，黄色眼睛，猫耳朵",
    "生气包子脸，蓝毛，hoodie 是黑的",
    "高个子男人，藏青西装，银发，方框眼镜",
    "滑板少年，反戴棒球帽，黑色卫衣，鼻子上贴着创可贴",
    "green haired pirate captain with one eye and a scar",
    # Left over as a shorter one.
    "给我画只小兔子女孩，耳朵粉粉的，害羞脸红",
    # Understood, where the label took it for beyond us.
    "初音未来，葱绿色双马尾",
    "头发上半截黑下半截红，眼神凶",
    "黑皮辣妹，金色大波浪，吊带",
    "熬夜的大学生，黑眼圈，头发凌乱，灰色卫衣",
    "把头发画成蓝色的，再加一对猫耳朵",
    "随便来个萌妹就行",
}


@pytest.mark.parametrize("name", SETS)
def test_traits_of_the_labelled_prompts_are_read(name: str) -> None:
    scores = [score(prompt) for prompt in labelled(name)]
    right = sum(len(one.right) for one in scores)
    assert right >= 0.98 * (right + sum(len(one.wrong) for one in scores))


def test_labelled_prompts_are_read_wholly_but_for_the_known_misses() -> None:
    scores = [score(prompt) for name in SETS for prompt in labelled(name)]
    missed = {one.labelled.text for one in scores if not one.is_wholly_right}
    assert missed == MISSES


def test_most_prompts_are_read_wholly() -> None:
    scores = [score(prompt) for name in SETS for prompt in labelled(name)]
    assert sum(one.is_wholly_right for one in scores) >= 0.95 * len(scores)


@pytest.mark.parametrize(("name", "floor"), [("en", 100), ("zh", 95), *((s, 20) for s in SETS[2:])])
def test_there_are_enough_labelled_prompts(name: str, floor: int) -> None:
    assert len(labelled(name)) >= floor
