/**
 * The explorer page: a header with the sign-in control and links for operators, and GraphiQL below it. The
 * first query shows the programme with a field that an anonymous viewer may not read, which is the point of
 * the product.
 */
import { GraphiQL } from 'graphiql';
import { SignIn } from './sign-in.tsx';
import { fetcher } from './transport.ts';
import logo from './favicon.svg';

const DEFAULT_QUERY = `# A field you may not read is null, with one
# FORBIDDEN error. Sign in above to read more.
{
  events {
    nodes {
      name
      sessions {
        totalCount
        nodes {
          title
          state
          speakers {
            nodes {
              name
              email
            }
          }
        }
      }
    }
  }
}
`;

const LINKS = [
  { href: '/health', text: 'Health', title: 'Is the process alive?' },
  { href: '/ready', text: 'Ready', title: 'Database, migrations, model and queues, one by one' },
  { href: '/mailbox', text: 'Mailbox', title: 'Mail that the server wrote (development only)' },
];

/** The whole page. */
export function Explorer() {
  return (
    <>
      <header className="bar">
        <h1 className="brand">
          <img src={logo} alt="" width="26" height="26" />
          Convoke <small>explorer</small>
        </h1>
        <nav aria-label="Server">
          {LINKS.map(({ href, text, title }) => (
            <a key={href} href={href} title={title} target="_blank" rel="noreferrer">
              {text}
            </a>
          ))}
        </nav>
        <SignIn />
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher}
          defaultQuery={DEFAULT_QUERY}
          inputValueDeprecation
          schemaDescription
          shouldPersistHeaders={false}
        >
          <GraphiQL.Logo>
            <span className="graphql-logo">/graphql</span>
          </GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
