import { guenther, zoe } from '../fixtures/people';
import { expectGood } from '../fixtures/quality';
import { expect, test } from '../fixtures/test';
import { SystemsPage } from '../pages/profile_pages';

const file = (text: string, name = 'people.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with script' : 'without script';
  test(`people of a CalDAV server come from a file, ${how}`, async ({ another, context, office, stack }) => {
    const profile = await office.draft('caldav');
    const page = await another({ javaScriptEnabled });
    await page.context().addCookies(await context.cookies());
    const systems = new SystemsPage(page);
    await systems.open(`/profiles/${profile}/systems`);
    if (javaScriptEnabled) await systems.live();
    await page.getByLabel('CSV file').setInputFiles(file('PK\u0003\u0004', 'people.xlsx'));
    await systems.press('Take the lines over');
    await expect(systems.alert).toContainText('This is a workbook.');
    await expectGood(page);

    const wrong = `zoe;${zoe.name};${zoe.email}\nguenther;${guenther.name};nowhere`;
    await page.getByLabel('CSV file').setInputFiles(file(wrong));
    await systems.press('Take the lines over');
    await expect(page.getByText('The lines of the file stand in the field.')).toBeVisible();
    await expect(systems.field('People')).toHaveValue(wrong);
    if (javaScriptEnabled) await systems.live();
    await systems.field('Server address').fill(stack.caldav);
    await systems.press('Test connection');
    await systems.expectFieldError('People', /Line 2 has an address that cannot be mailed: nowhere/);
    // Without script only the lines that were brought are kept.
    await systems.field('Server address').fill(stack.caldav);
    await systems.field('People').fill(wrong.replace('nowhere', guenther.email));
    await systems.press('Next: Configure Profile');
    await expect(systems.heading).toHaveText('Configure Profile');
  });
}
