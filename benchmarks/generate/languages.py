"""What the invented words of each language are made of: its commonest real words, and syllables for all the others.

The words beyond the common ones mean nothing. They only have the length, the letters and the script of their language,
which is what an index and a compressor see.
"""

from dataclasses import dataclass

NOTHING = "-"
"""Stands in a list of syllable parts where a syllable may go without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The material of one language. The lists are written with a space between their entries.

    Attributes:
        code: ISO 639-1.
        common: its commonest words, the most frequent first.
        onsets, cores, codas: what a syllable begins with, holds, and ends with; NOTHING for nothing.
        space: what stands between two words.
        ends: what may stand at the end of a message.
        words: how many words to make.
    """

    code: str
    common: str
    onsets: str
    cores: str
    codas: str
    space: str = " "
    ends: tuple[str, ...] = ("", ".", "", "?", "", "!", " 👍", "...")
    words: int = 30_000


DUTCH = Language(
    code="nl",
    common=(
        "ik je het de dat is een niet en wat van we in ze op te hij er met voor die maar heb om was als dit "
        "aan zijn mij ja naar dan nog wel kan ben goed hoe weet moet nu waar hier haar ook bij geen daar zo "
        "uit doen mijn komt wil gaan morgen vandaag straks avond klaar rijden wagen haven brief geld bellen "
        "niemand altijd"
    ),
    onsets="- b br d dr g gr h k kl kn l m n p r s sch st v w z",
    cores="a aa e ee i ie o oo oe u ui ij ei ou eu",
    codas="- - - k l m n ng p r s t cht rd en er",
)
FRENCH = Language(
    code="fr",
    common=(
        "je de est pas le vous la tu que un il et à a en ne les on ça une des pour dans moi qui ce elle du "
        "mais me sur te si plus y bien oui par avec tout non fait se ai suis quoi là très comme sais ici où "
        "quand alors demain soir merci voilà peut-être argent voiture port personne toujours prêt appelle"
    ),
    onsets="- b bl c ch cr d f fr g j l m n p pl qu r s t tr v",
    cores="a e é è i o ou u ai au eau oi en on an eu",
    codas="- - - - r s t l ne que ment tion sse x",
)
ENGLISH = Language(
    code="en",
    common=(
        "you i the to a it is and that of in what we me this on for my your not no be are have do can with "
        "know got all just so was he there like right get here yes they she at up if his about out will go "
        "her good come don't now how one time tomorrow tonight ready car harbour money call nobody always "
        "bring"
    ),
    onsets="- b bl c ch d f g gr h l m n p pr r s sh st t th w",
    cores="a e ea ee i o oa oo u ou y",
    codas="- - ck d ght l ll m n nd ng r s t ed er ing",
)
SPANISH = Language(
    code="es",
    common=(
        "que no de a la el es y en lo un por qué me una te los se con para mi está si bien pero yo eso las sí "
        "su tu aquí del al como le más esto ya todo esta vamos muy hay ahora algo estoy tengo nos tú nada "
        "cuando ha este sé mañana noche listo coche puerto dinero llama nadie siempre trae"
    ),
    onsets="- b c ch d f g gr j l ll m n p pr r s t tr v ñ",
    cores="a e i o u ia ie ue á ó í",
    codas="- - - - n s r l do da ción mos",
)
RUSSIAN = Language(
    code="ru",
    common=(
        "я не что в и ты это на с он вы как мы да а мне меня у нет так но то все тебя его за о она хорошо "
        "здесь по если знаю завтра вечером готов машина деньги позвони никто всегда порт где когда"
    ),
    onsets="- б в г д ж з к л м н п пр р с ст т х ч ш",
    cores="а е и о у ы ю я ё",
    codas="- - - в й к л м н р т ть ский ния",
)
ARABIC = Language(
    code="ar",
    common=(
        "في من على أن ما لا هذا إلى أنا هو نعم كل مع كان أنت هل لم هنا الآن ليس ماذا عن قد بعد كيف يا شيء غدا "
        "الليلة جاهز سيارة ميناء مال اتصل أحد دائما أين متى"
    ),
    onsets="- ال ب ت ج ح خ د ر س ش ص ع ف ق ك ل م ن",
    cores="ا و ي - ه ا",
    codas="- ب د ر س ف ق ل م ن ة ات ين",
    ends=("", ".", "", "؟", "", "!"),
)
CHINESE = Language(
    code="zh",
    common=(
        "的 我 你 是 了 不 们 这 一 他 么 在 有 个 好 来 人 那 要 会 就 什么 没 到 说 吗 为 想 能 上 "
        "去 道 她 很 看 可以 知 得 过 吧 还 对 里 以 都 事 子 生 时 样 也 和 下 真 现在 做 大 啊 怎么 "
        "出 点 起 天 把 开 让 给 但 谢谢 着 只 些 如 家 后 儿 多 意 别 所 话 小 自 回 然 果 发 见 心 "
        "走 定 听 觉 太 该 当 经 妈 用 打 地 再 因 呢 女 告 最 手 前 找 行 快 而 死 先 像 等 被 从 "
        "明 中 明天 今晚 车 港口 钱 电话"
    ),
    onsets=(
        "东 西 南 北 山 水 风 云 火 木 金 土 石 田 禾 竹 米 糸 羊 耳 肉 舟 色 虫 血 衣 言 谷 豆 贝 "
        "赤 足 身 辛 辰 邑 酉 采 里 长 门 阜 雨 青 非 面 革 韦 音 页 飞 食 首 香 马 骨 高 鬼 鱼 鸟 "
        "鹿 麦 麻 黄 黑"
    ),
    cores="-",
    codas=(
        "- 城 路 桥 店 楼 房 桌 椅 灯 笔 纸 书 刀 包 箱 船 票 卡 号 码 站 场 厂 园 河 湖 海 岛 林 "
        "花 草 树 叶 果 饭 菜 茶 酒 油 盐 糖 布 鞋 帽 伞 表 镜 球 琴 画 歌 舞 梦 光 影 声 味"
    ),
    space="",
    ends=("", "。", "", "?", "!", ""),
    words=20_000,
)
LANGUAGES = (DUTCH, FRENCH, ENGLISH, SPANISH, RUSSIAN, ARABIC, CHINESE)

SHARES = {"nl": 0.40, "fr": 0.20, "en": 0.22, "es": 0.12, "ru": 0.03, "ar": 0.02, "zh": 0.01}
"""Share of the conversations in each language unless told otherwise: mostly Latin script."""
