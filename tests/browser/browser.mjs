// One Chromium for all pages, and the ways in which a report is looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// What npm has installed lies in the build's directory, not beside these files.
export const packages = createRequire(
    path.resolve(process.env.BROWSER_PACKAGES ?? 'build/browser', 'package.json'));
const { chromium } = packages('playwright-core');

const in_page = readFileSync(new URL('in_page.js', import.meta.url), 'utf8');

// The width of a phone, the narrowest that WCAG 2.2 asks for (1.4.10), and the text block of
// an A4 page with margins of 15 mm.
const PHONE = 390;
export const NARROWEST = 320;
const A4_TEXT = 680;

// Closed <details> stay closed in print: that is how a reader prints.
export const views = [
    { name: 'light', width: 1280, height: 900, scheme: 'light', opened: true },
    { name: 'dark', width: 1280, height: 900, scheme: 'dark', opened: true },
    { name: 'phone', width: PHONE, height: 844, scheme: 'light', opened: true, phone: true },
    // By a reader whose screen is dark: paper is white all the same.
    { name: 'print', width: A4_TEXT, height: 960, scheme: 'dark', opened: false, print: true },
];

export const launch = () => chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
           '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// Opens a file in a view. Nothing but the file itself is let through; what else was asked
// for stands in `requests`, what the page said in `messages`.
export const open = async (browser, file, view) => {
    const context = await browser.newContext({
        viewport: { width: view.width, height: view.height },
        colorScheme: view.scheme,
        isMobile: view.phone ?? false,
        hasTouch: view.phone ?? false,
        deviceScaleFactor: view.phone ? 3 : 1,
        serviceWorkers: 'block',
    });
    const url = pathToFileURL(file).href;
    const requests = [];
    const messages = [];
    await context.addInitScript({ content: in_page });
    await context.route('**/*', (route) => {
        const asked = route.request().url();
        if (asked === url)
            return route.continue();
        requests.push(asked);
        return route.abort();
    });
    const page = await context.newPage();
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
    page.on('websocket', (socket) => requests.push(socket.url()));
    context.on('page', (other) => messages.push(`opened a window: ${other.url()}`));
    if (view.print)
        await page.emulateMedia({ media: 'print', colorScheme: view.scheme });
    await page.goto(url, { waitUntil: 'load' });
    const protocol = await context.newCDPSession(page);
    return { context, page, protocol, requests, messages, view };
};
