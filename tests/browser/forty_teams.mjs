// A scenario of forty teams whose names mean something to HTML, Markdown, gnuplot, a shell,
// a table of commas or the direction of writing: all of them are only names.

export const hostile = [
    '<b>',
    '"; system("x',
    '{/Bold x}',
    'R&D',
    'R&amp;D',
    'The team whose name is exactly eighty characters long, for it ends in this: 5678',
    '日本語モデル研究',
    '](javascript:alert(1))',
    '`backticks`',
    '\u202egnp.team',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '<!-- open',
    ']]>',
    '</title></svg>',
    "O'Brien's \"own\"",
    'a|b',
    'a,b',
    'back\\slash',
    '_under_ *star* ~tilde~ ^caret @at',
    '<https://example.org/x>',
    '&#60;i&#62;',
    '1+1=2',
    'مجموعة',
];

// What they would be as markup.
export const injected = 'b, i:not(.swatch), img, script, a[href*="example.org"], a[href^="javascript"]';

export const question =
    'Who gains from <b>R&D</b> first, "quoted" {/Bold x} and `ticked`, and who pays?';

export const names = [
    ...hostile,
    ...Array.from({ length: 40 - hostile.length }, (_, i) => `Team ${i + 1}`),
];

// Each third team builds something, some of them more than there is time for.
const builders = names.filter((_, i) => i % 3 === 0);
export const projects = builders.map((name) => `${name} 2`);

// As a report shows a name: what shows nothing of itself and may turn the direction of what
// follows is replaced.
export const as_shown = (name) => name.replaceAll('\u202e', '\ufffd');

const quoted = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`;

export const scenario = () => {
    const teams = names.map((name, i) => `    { name = ${quoted(name)}; people = ${3 + i % 9};
      exploration = ( { log_sd = 0.4; gpus_per_person = ${(2 + i % 5).toFixed(1)};
                        priority = 0.3; } ); }`);
    const stages = builders.map((name, i) =>
        `    { name = ${quoted(projects[i])}; team = ${quoted(name)};
      topic = "llm"; priority = 0.${1 + i % 9}; target = "2025-${String(4 + i % 8).padStart(2, '0')}-15";
      stages = ( { do = "build"; person_months = ${(2 + i % 4).toFixed(1)}; },
                 { do = "train"; gpu_hours = ${60000 * (1 + i % 6)}.0; max_gpus = 256; } ); }`);
    return `# ${question}

start = "2025-01-01";
months = 12;
seed = 1;
pools = ( { name = "a<100> & \\"b\\""; gpus = 1100; node_gpus = 8; } );     # [A]
teams = (
${teams.join(',\n')}
);
projects = (
${stages.join(',\n')}
);
rule = { divide = "weighted"; score = { weights = { priority = 1.0; }; }; };  # [A] <b>
`;
};
