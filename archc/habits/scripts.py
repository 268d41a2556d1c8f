"""Words of layers and statements in languages that are written in other scripts."""

from __future__ import annotations

import unicodedata

_WORDS = {
    "conv": "卷积 卷積 卷积层 畳み込み 畳み込み層 합성곱 컨볼루션 свёртка свертка συνέλιξη",
    "maxpool": "池化 最大池化 池化层 プーリング 풀링 최대풀링 пулинг подвыборка",
    "avgpool": "平均池化 平均プーリング 평균풀링",
    "linear": "全连接 全連接 全连接层 线性 全結合 全結合層 완전연결 선형 полносвязный",
    "relu": "激活 激活函数 活性化 활성화 активация",
    "flatten": "展平 平坦化 평탄화",
    "batchnorm": "批归一化 批标准化 バッチ正規化 배치정규화",
    "dropout": "随机失活 ドロップアウト 드롭아웃",
    "input": "输入 輸入 入力 입력 вход",
    "network": "网络 網絡 ネットワーク 네트워크 신경망 сеть",
    "block": "块 ブロック 블록 блок",
}
TRANSLATED = {
    unicodedata.normalize("NFC", word): own
    for own, words in _WORDS.items()
    for word in words.split()
}


def translated(word: str) -> str | None:
    """The word of the language that one of another script means; `conv1` for one with a number."""
    bare = word.rstrip("0123456789")
    own = TRANSLATED.get(unicodedata.normalize("NFC", bare.lower()))
    return f"{own}{word[len(bare) :]}" if own is not None else None
